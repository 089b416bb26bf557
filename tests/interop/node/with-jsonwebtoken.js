/** jsonwebtoken, as its documentation shows it. */
import { answer, installed, isSecret } from "./lines.js";

const { default: jwt } = await installed("jsonwebtoken");
const signing = (alg, key) => (alg === "none" ? null : isSecret(alg) ? key.secret : key.private);
const sign = (payload, { alg, key, header }) => ({
  token: jwt.sign(payload, signing(alg, key), {
    algorithm: alg,
    header: { alg, ...header, typ: header.typ ?? undefined },
  }),
});

await answer({
  verify({ alg, key, token, iss, aud }) {
    const found = jwt.verify(token, isSecret(alg) ? key.secret : key.public, {
      algorithms: [alg],
      issuer: iss,
      audience: aud,
      complete: true,
    });
    return { header: found.header, claims: found.payload };
  },
  sign: (request) => sign(request.claims, request),
  sign_text: (request) => sign(request.text, request),
});
