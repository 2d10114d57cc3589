/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
const a = document.querySelector<HTMLTextAreaElement>("#x");
if (a !== null) a.style.height = "1px";
for (const b of document.querySelectorAll("p")) b.textContent = "";
const s = new WebSocket("ws://x");
s.onmessage = (e) => e.data;
const n = new Notification("x", {tag: "a"});
n.onclick = null;
sessionStorage.setItem("a","b");
addEventListener("focus", () => {});
