// What this phone keeps: a few named values in IndexedDB, which can hold a key that nobody can read out.
const NAME = "habitue";
const SHELF = "kept";

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(SHELF);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function done(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(SHELF, mode);
      const request = act(transaction.objectStore(SHELF));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const kept = (name) => done("readonly", (shelf) => shelf.get(name));
export const keep = (name, value) => done("readwrite", (shelf) => shelf.put(value, name));
export const drop = (name) => done("readwrite", (shelf) => shelf.delete(name));
