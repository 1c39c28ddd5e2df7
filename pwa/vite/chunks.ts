/** Names the lazy chunks so that the desk's can be told from the phone's. */

interface Chunk {
  readonly name: string;
  readonly moduleIds: readonly string[];
}

const DESK = /node_modules\/(element-plus|@element-plus|echarts|zrender)\/|\/src\/features\/desk\//;

export function chunkFile(chunk: Chunk): string {
  const isDesk = chunk.moduleIds.some((id) => DESK.test(id));
  return isDesk ? 'assets/desk-[name]-[hash].js' : 'assets/[name]-[hash].js';
}
