/** Light, so that every upgrade may ask it. */
export const ROOM_PATH = "/api/collaboration/room/";

export function isCollaborationRoom(path: string): boolean {
  return path.startsWith(ROOM_PATH);
}
