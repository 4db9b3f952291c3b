// A real provider of OpenID Connect for the tests: anybody signs in under any name, with any password.
//
// node provider.mjs '{"groups": {"ana": ["leads"]}}' prints its issuer; POST /rotate gives it another key, POST
// /groups other groups; it ends with its stdin.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const { groups } = JSON.parse(process.argv[2]);

function key() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };
}

const client = {
  grant_types: ["authorization_code"],
  redirect_uris: ["http://127.0.0.1/"],
  response_types: ["code"],
};

function begin(issuer) {
  const provider = new Provider(issuer, {
    claims: { openid: ["sub", "preferred_username", "groups"] },
    clients: [
      { ...client, client_id: "greenroom", client_secret: "the secret of greenroom" },
      { ...client, client_id: "public", token_endpoint_auth_method: "none" },
    ],
    conformIdTokenClaims: false,
    cookies: { keys: ["tests"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id.replace(/^subject-/, ""), groups: groups[id] ?? [] }),
    }),
    jwks: { keys: [key()] },
    pkce: { required: () => true },
  });
  // The studio's port is known only when it serves.
  provider.Client.prototype.redirectUriAllowed = (uri) =>
    /^http:\/\/127\.0\.0\.1:\d+\/auth\/oidc\/[a-z]+\/callback$/.test(uri);
  return provider.callback();
}

let answer;
const server = createServer((request, response) => {
  if (request.method === "POST" && request.url === "/rotate") {
    answer = begin(issuer());
    response.end();
    return;
  }
  if (request.method === "POST" && request.url === "/groups") {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      Object.assign(groups, JSON.parse(body));
      response.end();
    });
    return;
  }
  answer(request, response);
});
const issuer = () => `http://127.0.0.1:${server.address().port}`;
server.listen(0, "127.0.0.1", () => {
  answer = begin(issuer());
  console.log(issuer());
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
