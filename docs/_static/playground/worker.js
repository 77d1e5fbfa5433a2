// Runs Python for one notebook, in a thread of its own: see playground.js for the page.

import { addFile, takeFiles, wasi } from "./wasi.js";

const LIBRARY = "/usr/local/lib/python315.zip"; // where this build of Python looks for it
const FILES = ["python.wasm.gz", "python.zip", "packages.tar.gz"];
const PACKAGES = "/packages";
const FIGURES = "/figures";
const PICTURES_DATA = `${LIBRARY}/matplotlib/mpl-data`;

// This Python was started when it was built, with a larger library: it has to look anew. Matplotlib
// reads its fonts and settings from a folder, so they are unpacked.
const START = `
import sys as _sys
for _finder in _sys.path_importer_cache.values():
    if _finder is not None:
        _finder.invalidate_caches()
import io as _io, zipfile as _zipfile
_sys.path.append("${PACKAGES}")
with _zipfile.ZipFile("${LIBRARY}") as _zip:
    _data = _zip.read("matplotlib/mpl-data.zip")
_zipfile.ZipFile(_io.BytesIO(_data)).extractall("${PICTURES_DATA}")
def _save_figures():
    if "matplotlib.pyplot" in _sys.modules:
        plt = _sys.modules["matplotlib.pyplot"]
        for number in plt.get_fignums():
            plt.figure(number).savefig(f"${FIGURES}/{number:03}.png", dpi=110, bbox_inches="tight")
        plt.close("all")
`;

const encoder = new TextEncoder();
const decoders = { output: new TextDecoder(), error: new TextDecoder() };
const root = new Map();
let python;

/** Fetch files, and report how many bytes of all of them have come. */
async function download(names) {
  const answers = await Promise.all(names.map((name) => fetch(`runtime/${name}`)));
  const failed = answers.find((answer) => !answer.ok);
  if (failed) throw new Error(`${failed.url} could not be loaded (${failed.status}).`);
  const sizes = answers.map((answer) => Number(answer.headers.get("Content-Length")));
  const total = sizes.reduce((sum, size) => sum + size);
  let received = 0;
  const count = (part, controller) => {
    received += part.length;
    postMessage({ kind: "progress", received, total });
    controller.enqueue(part);
  };
  return answers.map((answer) => answer.body.pipeThrough(new TransformStream({ transform: count })));
}

async function bytesOf(stream) {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Yield the path and bytes of each file of a plain tar archive. */
function* filesOfTar(tar) {
  const decoder = new TextDecoder();
  const text = (start, length) =>
    decoder.decode(tar.subarray(start, start + length)).replace(/\0.*$/s, "");
  for (let at = 0; at < tar.length && tar[at] !== 0; ) {
    const size = parseInt(text(at + 124, 12), 8);
    const [name, kind, prefix] = [text(at, 100), text(at + 156, 1), text(at + 345, 155)];
    const path = prefix ? `${prefix}/${name}` : name;
    if (kind === "" || kind === "0") yield [path, tar.slice(at + 512, at + 512 + size)];
    at += 512 * (1 + Math.ceil(size / 512));
  }
}

async function start() {
  const [code, library, packages] = await download(FILES);
  const plain = new Response(code.pipeThrough(new DecompressionStream("gzip")), {
    headers: { "Content-Type": "application/wasm" },
  });
  const [module, zip, tar] = await Promise.all([
    WebAssembly.compileStreaming(plain),
    bytesOf(library),
    bytesOf(packages.pipeThrough(new DecompressionStream("gzip"))),
  ]);
  for (const folder of ["/tmp", "/home", FIGURES]) addFile(root, folder, null);
  addFile(root, LIBRARY, zip);
  for (const [path, bytes] of filesOfTar(tar)) addFile(root, `${PACKAGES}/${path}`, bytes);
  const stream = (name) => (data) =>
    postMessage({ kind: name, text: decoders[name].decode(data, { stream: true }) });
  const imports = wasi({
    memory: () => python.memory,
    folders: { "/": root, [PICTURES_DATA]: new Map() },
    environment: {
      HOME: "/home", TMPDIR: "/tmp", PYTHONTZPATH: "", MPLBACKEND: "Agg", MPLCONFIGDIR: "/tmp",
    },
    streams: [stream("output"), stream("error")],
  });
  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: imports,
    host: { call: () => -1 }, // a way out of the sandbox, which stays closed
  });
  python = instance.exports;
  turn(START);
}

/**
 * Run code as a cell: the value of its last expression is printed. Return whether it went well, and
 * throw if the cell has ended Python.
 */
function turn(code) {
  const bytes = encoder.encode(code);
  const at = python.host_alloc(bytes.length) >>> 0;
  new Uint8Array(python.memory.buffer, at, bytes.length).set(bytes);
  const result = python.turn(at, bytes.length);
  if (result >> 8) throw new Error("The cell has called exit().");
  return result === 0;
}

let started;
onmessage = async ({ data }) => {
  try {
    started ??= start();
    await started;
    postMessage({ kind: "running" });
    const wentWell = turn(data);
    const drawn = turn("_save_figures()");
    for (const [, bytes] of takeFiles(root, FIGURES)) postMessage({ kind: "figure", bytes });
    postMessage({ kind: "done", ok: wentWell && drawn });
  } catch (error) {
    postMessage({ kind: "error", text: String(error) });
    postMessage({ kind: "done", ok: false, ended: true });
  }
};
