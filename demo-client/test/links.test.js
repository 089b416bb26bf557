import assert from "node:assert/strict";
import { test } from "node:test";
import { Links } from "../links.js";

/** @param {boolean} plain @returns {any} */
const view = (plain) => ({
  profile: "hardened",
  columns: ["cookie", "session", "jwt"].map((id) => ({
    id,
    settings: [
      {
        name: "protection",
        usual: "private",
        choices: [
          { word: "private", on: id !== "cookie" || !plain, possible: true },
          { word: "plain", on: id === "cookie" && plain, possible: true },
        ],
      },
    ],
  })),
});

/** @param {(links: Links, say: () => void) => void} meanwhile what comes before the order is acknowledged */
async function opened(meanwhile) {
  const address = { search: "?cookie=rot13,plain", pathname: "/", hash: "" };
  const said = () => {};
  Object.assign(globalThis, {
    location: address,
    history: {
      replaceState: (/** @type {null} */ _state, /** @type {string} */ _title, /** @type {string} */ url) => {
        address.search = url.slice(1);
      },
    },
  });
  const links = new Links();
  const order = async () => {
    meanwhile(links, said);
    return true;
  };
  await links.follow(view(false), order, said);
  return { address, links, said };
}

test("what was ordered is in the address when its view comes before the acknowledgement", async () => {
  const { address } = await opened((links, say) => void links.follow(view(true), async () => false, say));
  assert.equal(address.search, "?cookie=plain");
});

test("what was ordered stays in the address until its view comes", async () => {
  const { address, links, said } = await opened(() => {});
  assert.equal(address.search, "?cookie=rot13,plain");
  await links.follow(view(true), async () => false, said);
  assert.equal(address.search, "?cookie=plain");
});
