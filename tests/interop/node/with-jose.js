/** jose, as its documentation shows it. */
import { answer, installed, isSecret } from "./lines.js";

const jose = await installed("jose");
const bytes = (text) => new TextEncoder().encode(text);

const signing = (alg, key) =>
  isSecret(alg) ? bytes(key.secret) : jose.importPKCS8(key.private, alg);
const verifying = (alg, key) =>
  isSecret(alg) ? bytes(key.secret) : jose.importSPKI(key.public, alg);
/** Without the members that are not to be there. */
const protectedBy = (alg, header) => ({ alg, ...header, typ: header.typ ?? undefined });
/** It signs a `crit` only where each member that it names is announced. */
const announced = (header) => ({
  crit: Object.fromEntries((header.crit ?? []).map((name) => [name, true])),
});

await answer({
  async verify({ alg, key, token, iss, aud }) {
    const found = await jose.jwtVerify(token, await verifying(alg, key), {
      algorithms: [alg],
      issuer: iss,
      audience: aud,
      requiredClaims: ["exp", "iat", "sub"],
    });
    return { header: found.protectedHeader, claims: found.payload };
  },
  async verify_by_url({ alg, url, token, iss, aud }) {
    const keys = jose.createRemoteJWKSet(new URL(url));
    const options = { algorithms: [alg], issuer: iss, audience: aud };
    return { claims: (await jose.jwtVerify(token, keys, options)).payload };
  },
  async sign({ alg, key, header, claims }) {
    if (alg === "none") return { token: new jose.UnsecuredJWT(claims).encode() };
    const token = new jose.SignJWT(claims).setProtectedHeader(protectedBy(alg, header));
    return { token: await token.sign(await signing(alg, key), announced(header)) };
  },
  async sign_text({ alg, key, header, text }) {
    const token = new jose.CompactSign(bytes(text)).setProtectedHeader(protectedBy(alg, header));
    return { token: await token.sign(await signing(alg, key), announced(header)) };
  },
});
