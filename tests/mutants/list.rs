//! The broken servers: each a fault, where it stands, and the checks that must
//! fail on it.

use harness::Mechanism::{self, Cookie, Jwt, Session};
use harness::Profile::{self, Hardened, Stateless};

use crate::fault::Fault;

/// A broken server: where the fault stands, and the check that must fail on it.
pub(crate) struct Mutant {
    /// Never reused. Up to M88 as in the list of broken servers that the suite was
    /// designed against; from M101 on our own.
    pub(crate) id: &'static str,
    pub(crate) fault: Fault,
    pub(crate) on: (Mechanism, Profile),
    pub(crate) caught_by: &'static [&'static str],
}

/// One line for each: id, fault, mechanism, profile, the checks that must fail.
macro_rules! mutants {
    ($($id:literal $fault:ident $mechanism:ident $profile:ident [$($check:literal),+];)+) => {
        pub(crate) const MUTANTS: &[Mutant] = &[$(Mutant {
            id: $id,
            fault: Fault::$fault,
            on: ($mechanism, $profile),
            caught_by: &[$($check),+],
        }),+];
    };
}

mutants! {
    "M01"   KeepsIdAtLogin                 Session  Hardened   ["D01"];
    "M02"   AdoptsInventedId               Session  Hardened   ["D02"];
    "M03"   LogoutOnlyDeletesCookie        Session  Stateless  ["A03", "D04"];
    "M03c"  LogoutOnlyDeletesCookie        Cookie   Hardened   ["A03", "D04"];
    "M03j"  LogoutOnlyDeletesCookie        Jwt      Hardened   ["A03", "D04"];
    "M03s"  LogoutOnlyDeletesCookie        Jwt      Stateless  ["A03", "D04"];
    "M05"   EverywhereMissesOne            Session  Hardened   ["D06"];
    "M05j"  EverywhereMissesOne            Jwt      Hardened   ["D06"];
    "M08"   NoServerSideExpiry             Session  Hardened   ["D15"];
    "M08c"  NoServerSideExpiry             Cookie   Stateless  ["D15"];
    "M13"   AnonymousGetMakesASession      Session  Hardened   ["B07"];
    "M16"   EncodedButNotSigned            Cookie   Hardened   ["D19"];
    "M19"   EmitsLargeCookies              Cookie   Hardened   ["B04"];
    "M21"   NoHttpOnly                     Session  Hardened   ["B01"];
    "M22"   NoSecure                       Cookie   Hardened   ["B01"];
    "M23"   SameSiteNone                   Session  Hardened   ["B01"];
    "M24"   DomainSet                      Cookie   Hardened   ["B01"];
    "M28"   DecodesCookieNames             Session  Hardened   ["I03"];
    "M30"   BadNeighbourLogsOut            Session  Hardened   ["I04"];
    "M31"   NoneInMixedCase                Jwt      Hardened   ["E01"];
    "M32"   DecodesWithoutVerifying        Jwt      Stateless  ["E02", "D19"];
    "M41"   IgnoresExp                     Jwt      Stateless  ["E11", "D15"];
    "M42"   AcceptsExpNow                  Jwt      Hardened   ["E11"];
    "M48"   RefreshAsAccess                Jwt      Hardened   ["E16"];
    "M51"   NoRotation                     Jwt      Hardened   ["E23"];
    "M52"   NoReuseDetection               Jwt      Hardened   ["E24", "E26"];
    "M53"   OnlyTheParentIsDetected        Jwt      Hardened   ["E24"];
    "M54"   RotationIsNotAtomic            Jwt      Hardened   ["E25"];
    "M59"   ParserTextInTheAnswer          Jwt      Hardened   ["E31"];
    "M60"   OtherMessageForUnknownUser     Session  Hardened   ["C01"];
    "M62"   PasswordCutAt72                Session  Hardened   ["C04"];
    "M68"   OriginBySubstring              Session  Hardened   ["F02"];
    "M70"   TextPlainIsJson                Session  Hardened   ["F04"];
    "M76"   NoNoStore                      Session  Hardened   ["H01"];
    "M81"   StoreErrorMeansNobody          Session  Hardened   ["K01"];
    "M33"   PublicKeyAsSecret              Jwt      Hardened   ["E03"];
    "M34"   WeakSecret                     Jwt      Hardened   ["E05"];
    "M35"   KidIsAPath                     Jwt      Hardened   ["E06"];
    "M37"   KeyOfTheToken                  Jwt      Hardened   ["E07"];
    "M38"   FetchesJku                     Jwt      Hardened   ["E08"];
    "M39"   IgnoresCrit                    Jwt      Hardened   ["E09"];
    "M44"   IgnoresNbf                     Jwt      Hardened   ["E12"];
    "M45"   IgnoresIss                     Jwt      Hardened   ["E13"];
    "M45n"  IssOnlyIfText                  Jwt      Hardened   ["E13"];
    "M46"   IgnoresAud                     Jwt      Hardened   ["E14"];
    "M46o"  AudOnlyIfText                  Jwt      Hardened   ["E14"];
    "M47"   IgnoresTyp                     Jwt      Hardened   ["E15"];
    "M55"   DenylistByText                 Jwt      Hardened   ["E28"];
    "M57"   RevocationIsLocal              Jwt      Hardened   ["E29"];
    "M150"  KidIsNotLookedAt               Jwt      Hardened   ["E06"];
    "M151"  IgnoresB64                     Jwt      Hardened   ["E10"];
    "M152"  LongLeeway                     Jwt      Hardened   ["E11", "E12"];
    "M153"  TakesSubAsNumber               Jwt      Hardened   ["E17"];
    "M154"  AnyRoles                       Jwt      Stateless  ["E17"];
    "M155"  FirstMemberCounts              Jwt      Hardened   ["E18"];
    "M156"  IgnoresMoreSegments            Jwt      Hardened   ["E19"];
    "M157"  TokenWithoutScheme             Jwt      Hardened   ["E19"];
    "M158"  SchemeByCase                   Jwt      Hardened   ["E19"];
    "M159"  SkipsByteOrderMark             Jwt      Hardened   ["E20"];
    "M160"  TakesPadding                   Jwt      Hardened   ["E20"];
    "M161"  StretchesKeys                  Jwt      Hardened   ["E21"];
    "M162"  ZeroSignature                  Jwt      Hardened   ["E22"];
    "M163"  LogoutKeepsTheFamily           Jwt      Hardened   ["E27"];
    "M164"  PublishesItsSecret             Jwt      Hardened   ["E30"];
    "M165"  KeysWithoutCaching             Jwt      Hardened   ["E30"];
    "M166"  AccessLastsADay                Jwt      Hardened   ["E32"];
    "M167"  ShortSecret                    Jwt      Hardened   ["E05"];
    "M04"   InFlightWriteResurrects        Session  Hardened   ["D07", "D08"];
    "M04j"  RotationIsNotAtomic            Jwt      Hardened   ["D07", "D08"];
    "M07"   DisabledStays                  Session  Hardened   ["D10"];
    "M07j"  DisabledStays                  Jwt      Stateless  ["D10"];
    "M09"   SlidingWithoutAbsolute         Session  Hardened   ["D13"];
    "M09j"  SlidingWithoutAbsolute         Jwt      Hardened   ["D13"];
    "M10"   AbsoluteWithoutIdle            Session  Hardened   ["D12"];
    "M10c"  AbsoluteWithoutIdle            Cookie   Stateless  ["D12"];
    "M11"   ExpiredIsRevived               Session  Hardened   ["D14"];
    "M15"   SignedWithoutName              Cookie   Hardened   ["D20"];
    "M17"   FixedNonce                     Cookie   Hardened   ["B09"];
    "M18"   DefaultKey                     Cookie   Stateless  ["D21"];
    "M18j"  DefaultKey                     Jwt      Stateless  ["D21"];
    "M26"   ForeignLoginsCanBeEnded        Session  Hardened   ["D17"];
    "M26j"  ListNamesEverybody             Jwt      Hardened   ["D17"];
    "M73"   CorsEchoes                     Session  Hardened   ["G01"];
    "M75"   NoVary                         Jwt      Hardened   ["G04"];
    "M80"   DenylistErrorMeansAlive        Cookie   Hardened   ["K02"];
    "M80j"  DenylistErrorMeansAlive        Jwt      Hardened   ["K02"];
    "M83"   LogoutSaysDone                 Session  Hardened   ["K07"];
    "M83j"  LogoutSaysDone                 Jwt      Hardened   ["K07"];
    "M84"   RotationDropsEverybody         Cookie   Hardened   ["K11"];
    "M84j"  OldKeyNeverDies                Jwt      Hardened   ["K11"];
    "M170"  CountedIds                     Session  Hardened   ["B09"];
    "M171"  NoCap                          Session  Hardened   ["D16"];
    "M172"  CapEndsTheNewest               Session  Hardened   ["D16"];
    "M173"  StateNamesTheUser              Session  Hardened   ["D18"];
    "M174"  RollsBack                      Cookie   Hardened   ["D22"];
    "M175"  FirstCookieCounts              Session  Hardened   ["I01"];
    "M176"  NamesInAnyCase                 Cookie   Hardened   ["I02"];
    "M177"  BombCrashes                    Session  Hardened   ["I06"];
    "M178"  CookieTellsTheEmail            Cookie   Hardened   ["B08"];
    "M179"  SharedCacheMayKeep             Session  Hardened   ["H02"];
    "M180"  AnythingBelowIsTheResource     Jwt      Hardened   ["H03"];
    "M181"  UnquotedClearSiteData          Session  Hardened   ["H04"];
    "M182"  NoNosniff                      Cookie   Hardened   ["H05"];
    "M183"  NamesItsVersion                Jwt      Hardened   ["H06"];
    "M184"  OneVisitorAtATime              Session  Hardened   ["A04"];
    "M185"  FirstAuthorizationCounts       Jwt      Hardened   ["A06"];
    "M186"  AnyPasswordInTheBody           Session  Hardened   ["A08"];
    "M187"  RolesFromTheBody               Cookie   Stateless  ["A09"];
    "M188"  BelievesForwardedUser          Session  Hardened   ["A11"];
    "M189"  NullMayRead                    Cookie   Hardened   ["G02"];
    "M190"  PreflightsAllow                Jwt      Hardened   ["G03"];
    "M191"  WaitsForTheStore               Session  Hardened   ["K03"];
    "M192"  QueuesAtTheStore               Session  Hardened   ["K04"];
    "M193"  NeedsARestart                  Session  Hardened   ["K05"];
    "M194"  SessionsDieWithTheProcess      Session  Hardened   ["K09"];
    "M195"  CachesSessions                 Session  Hardened   ["K10"];
    "M196"  RefusesTheFuture               Cookie   Hardened   ["K12"];
    "M61"   NoDummyHash                    Session  Hardened   ["C02"];
    "M64"   LimitByForwardedFor            Session  Hardened   ["C06"];
    "M72"   LoginCsrf                      Session  Hardened   ["F07"];
    "M79"   StackInTheBody                 Session  Hardened   ["J09"];
    "M168"  OnlyTheKnownHaveToWait         Cookie   Hardened   ["C03"];
    "M169"  NoLoginLimit                   Jwt      Hardened   ["C05", "C06"];
    "M170"  AnySuccessForgives             Session  Hardened   ["C06"];
    "M171"  FactoryPassword                Session  Hardened   ["C07"];
    "M172"  NameInAQuery                   Jwt      Hardened   ["C08"];
    "M173"  SilentFormsPass                Session  Hardened   ["F08"];
    "M174"  WantsAReferer                  Cookie   Hardened   ["F09"];
    "M175"  FirstLengthCounts              Session  Hardened   ["J01"];
    "M176"  AnyNumberOfHosts               Session  Hardened   ["J02"];
    "M177"  BrokenHeadsCrash               Session  Hardened   ["J02", "J03"];
    "M178"  WaitsForTheBody                Session  Hardened   ["J04"];
    "M179"  ReadsTheFirstValue             Jwt      Hardened   ["J06"];
    "M180"  MixesUpPipelines               Session  Hardened   ["J07"];
    "M181"  OpenRedirect                   Session  Hardened   ["J10"];
    "M101"  EverywhereMissesLoginsByEmail  Session  Hardened   ["D06"];
    "M102"  LargeCookieAtLogin             Cookie   Hardened   ["B04"];
    "M103"  TakesExpAsText                 Jwt      Hardened   ["E11"];
    "M104"  AccessAsRefresh                Jwt      Hardened   ["E16"];
    "M105"  PasswordTrimmed                Jwt      Hardened   ["C04"];
    "M106"  OriginWithoutPort              Cookie   Hardened   ["F02"];
    "M107"  NullOriginIsFine               Session  Hardened   ["F02"];
    "M108"  RefererNotLookedAt             Session  Hardened   ["F02"];
    "M109"  NoContentTypeIsJson            Cookie   Hardened   ["F04"];
    "M110"  NoNoStoreOnRefusals            Jwt      Hardened   ["H01"];
    "M111"  StoreErrorMeansAnyone          Session  Hardened   ["K01"];
    "M112"  StoreHangs                     Session  Hardened   ["K01"];
    "M113"  NoChallenge                    Jwt      Hardened   ["A01"];
    "M114"  TwoCookiesOpenTheDoor          Session  Hardened   ["A02"];
    "M115"  TokenInTheQuery                Jwt      Hardened   ["A05"];
    "M116"  LoginByForm                    Jwt      Hardened   ["A05"];
    "M117"  ListOfPasswords                Session  Hardened   ["A07"];
    "M118"  NullPassword                   Cookie   Hardened   ["A07"];
    "M119"  SlashSkipsTheGuard             Session  Hardened   ["A10"];
    "M120"  TraceEchoes                    Cookie   Hardened   ["A10"];
    "M121"  CredentialInTheBody            Session  Hardened   ["B02"];
    "M122"  CookieOutlivesTheLogin         Session  Hardened   ["B03"];
    "M123"  DateOfTheWrongForm             Session  Hardened   ["B05"];
    "M124"  NameSetTwice                   Cookie   Hardened   ["B05"];
    "M125"  DeletionBreaksThePrefix        Session  Hardened   ["B06"];
    "M126"  PasswordChangesUnasked         Session  Hardened   ["C09"];
    "M127"  NextUserGetsTheState           Session  Hardened   ["C10"];
    "M128"  FirstLoginGoesOn               Session  Hardened   ["C10", "D03"];
    "M129"  SecondLoginKeepsTheFirst       Jwt      Stateless  ["D03"];
    "M130"  LogoutByUnverifiedToken        Jwt      Hardened   ["D05"];
    "M131"  LogoutWithoutCookieCrashes     Session  Hardened   ["D05"];
    "M132"  OthersSurviveThePassword       Session  Hardened   ["D09"];
    "M133"  RoleIsCachedAtLogin            Session  Hardened   ["D11"];
    "M134"  AlgIsNotLookedAt               Jwt      Hardened   ["E04"];
    "M135"  OnlyPostIsGuarded              Session  Hardened   ["F01"];
    "M136"  FetchMetadataIgnored           Cookie   Hardened   ["F01"];
    "M137"  SameSiteIsFine                 Session  Hardened   ["F03"];
    "M138"  GetLogsOut                     Session  Hardened   ["F06"];
    "M139"  MethodOverride                 Session  Hardened   ["F06"];
    "M140"  FirstCookieLineOnly            Session  Hardened   ["I05"];
    "M141"  PercentDecodesTheValue         Session  Hardened   ["D19"];
    "M142"  LenientBase64                  Jwt      Hardened   ["D19", "E20"];
    "M143"  DenialIsForgotten              Jwt      Hardened   ["D04"];
    "M144"  TamperedRefreshEndsTheFamily   Jwt      Hardened   ["D19"];
    "M145"  FlushKeepsTheLogin             Session  Hardened   ["D04"];
    "M146"  ReadableCopy                   Session  Hardened   ["B02"];
    "M147"  JunkMakesASession              Session  Hardened   ["B07"];
    "M148"  LoginIsNotGuarded              Cookie   Hardened   ["F01"];
    "M149"  RefreshSaysWhy                 Jwt      Hardened   ["E31"];
}
