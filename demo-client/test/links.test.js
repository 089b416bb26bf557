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

/** @param {boolean} isDone whether the order is carried out: then its view comes before it is over */
async function opened(isDone) {
  const address = { search: "?cookie=rot13,plain", pathname: "/", hash: "" };
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
    if (isDone) await links.follow(view(true), order, () => {});
  };
  await links.follow(view(false), order, () => {});
  return address.search;
}

test("what was ordered is in the address, and what cannot be is not", async () => {
  assert.equal(await opened(true), "?cookie=plain");
});

test("what was refused is not in the address", async () => {
  assert.equal(await opened(false), "");
});
