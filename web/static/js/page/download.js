// Saving files: those of the server under the names that it gives them, as a link could
// not send the key, and what the page itself has made.
import { h } from './dom.js';
import { open } from './api.js';

const keptFor = 60000; // milliseconds that the browser has to take a file

// download fetches a path and saves it; otherwise names the file where the server does
// not.
export async function download(path, otherwise) {
  const response = await open(path);
  save(nameIn(response.headers.get('Content-Disposition') ?? '') || otherwise, await response.blob());
}

// save saves a Blob under a name.
export function save(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = h('a', { download: name });
  link.href = address;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), keptFor);
}

// nameIn reads the file's name out of Content-Disposition, RFC 6266: the one in UTF-8
// first.
export function nameIn(disposition) {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  try {
    if (encoded) return decodeURIComponent(encoded);
  } catch {
    // The plain one then.
  }
  return /filename="([^"]*)"/i.exec(disposition)?.[1] ?? '';
}
