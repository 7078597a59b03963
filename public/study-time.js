// Tells the server every half minute that this lesson is being read: in front, and touched within two minutes. Only on pages of
// years whose rule counts study time; what is counted, the server decides by its own clock.
let touched = Date.now();
for (const kind of ["pointerdown", "keydown", "scroll", "touchstart"]) {
  addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
}
const playing = () => [...document.querySelectorAll("video, audio")].some((media) => !media.paused && !media.ended);
const beat = () => {
  if (document.visibilityState === "visible" && (playing() || Date.now() - touched < 120_000)) {
    fetch("/api/v1/study-time", { method: "POST" }).catch(() => {});
  }
};
beat();
setInterval(beat, 30_000);
