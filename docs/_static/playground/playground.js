// The page of a notebook: its cells can be edited and run. Python runs in worker.js.

const cells = [...document.querySelectorAll(".playground-cell")];
const worker = new URL("worker.js", document.currentScript.src);
const waiting = []; // cells to run, the first of them is running
let python = null;

function element(tag, properties, parent) {
  const made = Object.assign(document.createElement(tag), properties);
  parent.append(made);
  return made;
}

const bar = document.querySelector(".playground-bar");
const runAll = element("button", { textContent: "Run all", className: "btn btn-primary" }, bar);
const stop = element("button", { textContent: "Stop", className: "btn btn-outline-primary" }, bar);
const status = element("span", { className: "playground-status" }, bar);
status.setAttribute("role", "status");
runAll.onclick = () => cells.forEach(run);
stop.onclick = () => end("Stopped. Python starts afresh at the next run.");
stop.disabled = true;

for (const [i, cell] of cells.entries()) {
  const code = cell.querySelector("pre");
  try {
    code.contentEditable = "plaintext-only";
  } catch {
    code.contentEditable = "true"; // browsers before 2025 refuse the other value
  }
  code.spellcheck = false;
  code.tabIndex = 0;
  code.setAttribute("role", "textbox");
  code.setAttribute("aria-multiline", "true");
  code.setAttribute("aria-label", `Code of cell ${i + 1}`);
  const button = element("button", { textContent: "Run", className: "btn btn-sm" }, cell);
  button.setAttribute("aria-label", `Run cell ${i + 1}`);
  button.onclick = () => run(cell);
  cell.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey)) return;
    event.preventDefault();
    run(cell);
  });
  cell.output = element("div", { className: "playground-output" }, cell);
  cell.output.setAttribute("aria-live", "polite");
}

function run(cell) {
  if (waiting.includes(cell)) return;
  cell.output.replaceChildren();
  cell.dataset.state = "waiting";
  waiting.push(cell);
  if (waiting.length === 1) next();
}

function next() {
  stop.disabled = waiting.length === 0;
  if (waiting.length === 0) {
    status.textContent = "Ready.";
    return;
  }
  if (python === null) {
    if (location.protocol === "file:") {
      end("Browsers start Python only on pages that come from a server.");
      return;
    }
    const started = new Worker(worker, { type: "module" });
    python = started;
    // What a Python that was ended has still sent belongs to no cell.
    started.onmessage = ({ data }) => python === started && answer[data.kind](data);
    started.onerror = ({ message }) => end(`Python could not be started: ${message}`);
    status.textContent = "Loading Python …";
  }
  waiting[0].dataset.state = "running";
  python.postMessage(waiting[0].querySelector("pre").innerText);
}

/** Forget Python, and what still waits for it. */
function end(why) {
  python?.terminate();
  python = null;
  for (const cell of waiting.splice(0)) cell.dataset.state = "";
  stop.disabled = true;
  status.textContent = why;
}

function print(text, className) {
  const { output } = waiting[0];
  const last = output.lastElementChild;
  if (last?.className === className) last.textContent += text;
  else element("pre", { textContent: text, className }, output);
}

// What to do with each kind of message from the worker.
const answer = {
  progress({ received, total }) {
    const megabytes = (n) => Math.round(n / 1e6);
    status.textContent = received < total
      ? `Loading Python: ${megabytes(received)} of ${megabytes(total)} MB`
      : "Starting Python …";
  },
  running: () => (status.textContent = "Running …"),
  output: ({ text }) => print(text, "playground-printed"),
  error: ({ text }) => print(text, "playground-error"),
  figure({ bytes }) {
    const src = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    element("img", { src, alt: "Figure that this cell draws" }, waiting[0].output);
  },
  done({ ok, ended }) {
    const cell = waiting.shift();
    cell.dataset.state = ok ? "done" : "failed";
    if (ok) return next();
    for (const left of waiting.splice(0)) left.dataset.state = "";
    if (ended) return end("Python has ended. It starts afresh at the next run.");
    return next();
  },
};
