/**
 * A timer that nobody needs any more goes at once: it would keep the answer.
 * @template T
 * @param {Promise<T>} hoped
 * @param {number} ms
 * @returns {Promise<T | undefined>} none when it takes longer
 */
export function inTime(hoped, ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void hoped.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
