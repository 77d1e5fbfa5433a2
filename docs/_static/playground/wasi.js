// The operating system that Python sees in the browser: files in memory, a clock, random numbers
// and two streams to print to. It implements what Python calls of "WASI preview 1"; every other
// call answers "not supported". https://github.com/WebAssembly/WASI/blob/main/legacy/preview1

const OK = 0, BADF = 8, EXIST = 20, INVAL = 28, ISDIR = 31, NOENT = 44, NOTDIR = 54;
const NOTEMPTY = 55, NOTSUP = 58;
const CHARACTERS = 2, FOLDER = 3, FILE = 4; // kinds of files
const CREATE = 1, ONLY_FOLDER = 2, MUST_BE_NEW = 4, EMPTY = 8, APPEND = 1; // ways to open them

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A file in memory; `bytes` may be longer than what was written. */
class File {
  constructor(bytes = new Uint8Array(0)) {
    this.bytes = bytes;
    this.size = bytes.length;
  }

  read(position, length) {
    return this.bytes.subarray(position, Math.min(position + length, this.size));
  }

  write(position, data) {
    const end = position + data.length;
    if (end > this.bytes.length) this.resize(end, Math.max(end, 2 * this.bytes.length));
    this.bytes.set(data, position);
    this.size = Math.max(this.size, end);
    return data.length;
  }

  resize(size, capacity = size) {
    const longer = new Uint8Array(capacity);
    longer.set(this.bytes.subarray(0, Math.min(size, this.size)));
    this.bytes = longer;
    this.size = size;
  }
}

/** Folders are maps of names. */
const isFolder = (node) => node instanceof Map;
const kindOf = (node) => (isFolder(node) ? FOLDER : node instanceof File ? FILE : CHARACTERS);

/** Return the folder that a path lies in, the last name, and what is there, if anything. */
function find(root, path) {
  const parts = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const name = parts.pop();
  let folder = root;
  for (const part of parts) {
    folder = isFolder(folder) ? folder.get(part) : undefined;
    if (folder === undefined) return { error: NOENT };
  }
  if (!isFolder(folder)) return { error: NOTDIR };
  return { error: OK, folder, name, node: name === undefined ? root : folder.get(name) };
}

/** Put a file into a tree of folders, which are made where they are missing. */
export function addFile(root, path, bytes) {
  const parts = path.split("/").filter(Boolean);
  const name = parts.pop();
  let folder = root;
  for (const part of parts) {
    if (!folder.has(part)) folder.set(part, new Map());
    folder = folder.get(part);
  }
  folder.set(name, bytes === null ? new Map() : new File(bytes));
}

/** Return the bytes of every file in a folder, by name, and empty it. */
export function takeFiles(root, path) {
  const { node } = find(root, path);
  const files = [...node].map(([name, file]) => [name, file.read(0, file.size).slice()]);
  node.clear();
  return files;
}

/**
 * Return the functions that a WebAssembly module imports as `wasi_snapshot_preview1`.
 *
 * `folders` maps each path to the tree that is found there, `streams` are two functions, which
 * take the bytes printed to the output and as errors, and `memory` returns the module's memory.
 */
export function wasi({ memory, folders, environment, streams }) {
  const open = [{ node: new File() }, ...streams.map((print) => ({ node: print }))];
  for (const [path, node] of Object.entries(folders)) open.push({ node, path });
  for (const entry of open) entry.position = 0;
  const numbers = new WeakMap();
  let lastNumber = 0;

  const view = () => new DataView(memory().buffer);
  const bytesAt = (start, length) => new Uint8Array(memory().buffer, start, length);
  const textAt = (start, length) => decoder.decode(bytesAt(start, length));
  const numberOf = (node) => {
    if (!numbers.has(node)) numbers.set(node, ++lastNumber);
    return BigInt(numbers.get(node));
  };
  const now = (clock) =>
    BigInt(Math.round((clock === 0 ? Date.now() : performance.now()) * 1000)) * 1000n;
  const writeStatus = (node, at) => {
    bytesAt(at, 64).fill(0);
    view().setBigUint64(at + 8, numberOf(node), true);
    view().setUint8(at + 16, kindOf(node));
    view().setBigUint64(at + 24, 1n, true);
    view().setBigUint64(at + 32, BigInt(node instanceof File ? node.size : 0), true);
    return OK;
  };
  const strings = {
    sizes(list, count, size) {
      view().setUint32(count, list.length, true);
      view().setUint32(size, list.reduce((sum, text) => sum + text.length, 0), true);
      return OK;
    },
    write(list, pointers, buffer) {
      for (const [i, text] of list.entries()) {
        view().setUint32(pointers + 4 * i, buffer, true);
        bytesAt(buffer, text.length).set(text);
        buffer += text.length;
      }
      return OK;
    },
  };
  /** Call `move(start, length)` for each buffer until one is not filled. */
  const eachBuffer = (list, count, total, move) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const length = view().getUint32(list + 8 * i + 4, true);
      const moved = move(view().getUint32(list + 8 * i, true), length);
      sum += moved;
      if (moved < length) break;
    }
    view().setUint32(total, sum, true);
    return OK;
  };
  const readAt = (fd, position, list, count, total, done = () => {}) => {
    const node = open[fd]?.node;
    if (!(node instanceof File)) return isFolder(node) ? ISDIR : BADF;
    return eachBuffer(list, count, total, (start, length) => {
      const data = node.read(position, length);
      bytesAt(start, length).set(data);
      position += data.length;
      done(position);
      return data.length;
    });
  };
  const writeAt = (fd, position, list, count, total, done = () => {}) => {
    const node = open[fd]?.node;
    if (node === undefined || isFolder(node)) return BADF;
    return eachBuffer(list, count, total, (start, length) => {
      const data = bytesAt(start, length).slice();
      if (node instanceof File) node.write(position, data);
      else node(data);
      position += length;
      done(position);
      return length;
    });
  };
  const remove = (fd, path, length, wantsFolder) => {
    const { error, folder, name, node } = find(open[fd].node, textAt(path, length));
    if (error !== OK) return error;
    if (node === undefined) return NOENT;
    if (isFolder(node) !== wantsFolder) return wantsFolder ? NOTDIR : ISDIR;
    if (wantsFolder && node.size > 0) return NOTEMPTY;
    folder.delete(name);
    return OK;
  };
  const variables = Object.entries(environment).map(([key, value]) =>
    encoder.encode(`${key}=${value}\0`));
  const program = [encoder.encode("python\0")];

  const calls = {
    args_sizes_get: (count, size) => strings.sizes(program, count, size),
    args_get: (pointers, buffer) => strings.write(program, pointers, buffer),
    environ_sizes_get: (count, size) => strings.sizes(variables, count, size),
    environ_get: (pointers, buffer) => strings.write(variables, pointers, buffer),
    clock_res_get(clock, at) {
      view().setBigUint64(at, 1000n, true);
      return OK;
    },
    clock_time_get(clock, precision, at) {
      view().setBigUint64(at, now(clock), true);
      return OK;
    },
    random_get(start, length) {
      for (let i = 0; i < length; i += 65536) {
        crypto.getRandomValues(bytesAt(start + i, Math.min(65536, length - i)));
      }
      return OK;
    },
    sched_yield: () => OK,
    // Python only waits for a time to pass.
    poll_oneoff(events, results, count, written) {
      if (count !== 1 || view().getUint8(events + 8) !== 0) return NOTSUP;
      const clock = view().getUint32(events + 16, true);
      const absolute = view().getUint16(events + 40, true) & 1;
      const end = view().getBigUint64(events + 24, true) + (absolute ? 0n : now(clock));
      while (now(clock) < end);
      bytesAt(results, 32).fill(0);
      view().setBigUint64(results, view().getBigUint64(events, true), true);
      view().setUint32(written, 1, true);
      return OK;
    },
    proc_exit(code) {
      throw new Error(`Python has ended with code ${code}.`);
    },

    fd_advise: () => OK,
    fd_sync: () => OK,
    fd_datasync: () => OK,
    fd_fdstat_set_flags: () => OK,
    fd_filestat_set_times: () => OK,
    path_filestat_set_times: () => OK,
    fd_close(fd) {
      if (open[fd] === undefined) return BADF;
      delete open[fd];
      return OK;
    },
    fd_fdstat_get(fd, at) {
      if (open[fd] === undefined) return BADF;
      bytesAt(at, 24).fill(0);
      view().setUint8(at, kindOf(open[fd].node));
      view().setUint16(at + 2, open[fd].append ? APPEND : 0, true);
      view().setBigUint64(at + 8, 0x1fffffffn, true); // every right
      view().setBigUint64(at + 16, 0x1fffffffn, true);
      return OK;
    },
    fd_filestat_get: (fd, at) => (open[fd] ? writeStatus(open[fd].node, at) : BADF),
    fd_filestat_set_size(fd, size) {
      if (!(open[fd]?.node instanceof File)) return BADF;
      open[fd].node.resize(Number(size));
      return OK;
    },
    fd_prestat_get(fd, at) {
      if (open[fd]?.path === undefined) return BADF;
      view().setUint32(at, 0, true);
      view().setUint32(at + 4, encoder.encode(open[fd].path).length, true);
      return OK;
    },
    fd_prestat_dir_name(fd, at, length) {
      bytesAt(at, length).set(encoder.encode(open[fd].path).subarray(0, length));
      return OK;
    },
    fd_read: (fd, list, count, total) =>
      readAt(fd, open[fd]?.position, list, count, total, (end) => (open[fd].position = end)),
    fd_pread: (fd, list, count, offset, total) =>
      readAt(fd, Number(offset), list, count, total),
    fd_write(fd, list, count, total) {
      const start = open[fd]?.append ? open[fd].node.size : open[fd]?.position;
      return writeAt(fd, start, list, count, total, (end) => (open[fd].position = end));
    },
    fd_pwrite: (fd, list, count, offset, total) =>
      writeAt(fd, Number(offset), list, count, total),
    fd_seek(fd, offset, whence, at) {
      const entry = open[fd];
      if (!(entry?.node instanceof File)) return BADF;
      const start = [0, entry.position, entry.node.size][whence];
      if (start + Number(offset) < 0) return INVAL;
      entry.position = start + Number(offset);
      view().setBigUint64(at, BigInt(entry.position), true);
      return OK;
    },
    fd_tell(fd, at) {
      if (open[fd] === undefined) return BADF;
      view().setBigUint64(at, BigInt(open[fd].position), true);
      return OK;
    },
    fd_readdir(fd, buffer, length, cookie, used) {
      if (!isFolder(open[fd]?.node)) return NOTDIR;
      let at = 0;
      for (const [i, [name, node]] of [...open[fd].node].entries()) {
        if (i < Number(cookie)) continue;
        const text = encoder.encode(name);
        const entry = new Uint8Array(24 + text.length);
        const fields = new DataView(entry.buffer);
        fields.setBigUint64(0, BigInt(i + 1), true);
        fields.setBigUint64(8, numberOf(node), true);
        fields.setUint32(16, text.length, true);
        fields.setUint8(20, kindOf(node));
        entry.set(text, 24);
        const part = entry.subarray(0, length - at);
        bytesAt(buffer + at, part.length).set(part);
        at += part.length;
        if (at === length) break; // Python asks again, from the entry that did not fit
      }
      view().setUint32(used, at, true);
      return OK;
    },

    path_open(fd, follow, path, length, ways, rights, inherited, flags, at) {
      const found = find(open[fd].node, textAt(path, length));
      if (found.error !== OK) return found.error;
      let node = found.node;
      if (node === undefined) {
        if (!(ways & CREATE)) return NOENT;
        node = new File();
        found.folder.set(found.name, node);
      } else if (ways & MUST_BE_NEW) return EXIST;
      if (ways & ONLY_FOLDER && !isFolder(node)) return NOTDIR;
      if (ways & EMPTY && !isFolder(node)) node.resize(0);
      let free = open.findIndex((entry) => entry === undefined);
      if (free < 0) free = open.length;
      open[free] = { node, position: 0, append: Boolean(flags & APPEND) };
      view().setUint32(at, free, true);
      return OK;
    },
    path_filestat_get(fd, follow, path, length, at) {
      const { error, node } = find(open[fd].node, textAt(path, length));
      if (error !== OK) return error;
      return node === undefined ? NOENT : writeStatus(node, at);
    },
    path_create_directory(fd, path, length) {
      const { error, folder, name, node } = find(open[fd].node, textAt(path, length));
      if (error !== OK) return error;
      if (node !== undefined) return EXIST;
      folder.set(name, new Map());
      return OK;
    },
    path_unlink_file: (fd, path, length) => remove(fd, path, length, false),
    path_remove_directory: (fd, path, length) => remove(fd, path, length, true),
    path_rename(fd, path, length, newFd, newPath, newLength) {
      const from = find(open[fd].node, textAt(path, length));
      const to = find(open[newFd].node, textAt(newPath, newLength));
      if (from.error !== OK || to.error !== OK) return from.error || to.error;
      if (from.node === undefined) return NOENT;
      from.folder.delete(from.name);
      to.folder.set(to.name, from.node);
      return OK;
    },
    path_readlink: () => INVAL, // there are no links
  };
  return new Proxy(calls, { get: (known, name) => known[name] ?? (() => NOTSUP) });
}
