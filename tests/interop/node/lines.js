/** Answers each line of JSON on standard input with a line of JSON. */
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/** The folder with the installed packages is this program's one argument. */
const require = createRequire(pathToFileURL(`${process.argv[2]}/here.js`));

/** An installed package, whichever kind of module it is. */
export const installed = (name) => import(pathToFileURL(require.resolve(name)).href);

/** Runs until standard input ends. What a library refuses is an answer, too. */
export async function answer(actions) {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    const action = actions[request.do];
    let said;
    try {
      said = await action(request);
    } catch (error) {
      said = { refused: `${error.name}: ${error.message}` };
    }
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
}

export const isSecret = (alg) => alg.startsWith("HS");
