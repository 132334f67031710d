package io.edgebeat.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One directory of files: the only way in which the engine touches a disk, so that a simulated disk
 * can lose, tear and reorder whatever was not synced.
 *
 * <p>File names are flat: letters, digits, dot, hyphen and underscore. A new, renamed or deleted
 * name is durable only after {@link #syncDirectory()}; bytes and sizes are durable only after
 * {@link DiskFile#sync()}.
 *
 * <p>Calls on one disk may overlap. A call blocks until the operating system has answered and is
 * not ended by an interrupt. Every call may throw {@link IOException}; what then is on disk is
 * unknown until the directory is opened again.
 */
public interface Disk {

  /**
   * Where a file lives, for messages.
   *
   * @param name a file name
   * @return the full path, or whatever lets a human find the file
   */
  String locate(String name);

  /**
   * The names of all files, sorted.
   *
   * @return a snapshot of the names
   * @throws IOException if the directory cannot be read
   */
  List<String> list() throws IOException;

  /**
   * Creates an empty file for reading and writing.
   *
   * @param name a name that is not yet used
   * @return the open file
   * @throws IOException if the file exists or cannot be created
   */
  DiskFile create(String name) throws IOException;

  /**
   * Opens an existing file for reading and writing.
   *
   * @param name the file
   * @return the open file
   * @throws IOException if there is no such file or it cannot be opened
   */
  DiskFile open(String name) throws IOException;

  /**
   * Opens an existing file for reading only, also where nothing can be written.
   *
   * @param name the file
   * @return the open file
   * @throws IOException if there is no such file or it cannot be read
   */
  default DiskFile openToRead(String name) throws IOException {
    return open(name);
  }

  /**
   * Renames a file in one step; a file of the new name is replaced.
   *
   * @param from the file
   * @param to its new name
   * @throws IOException if that is not possible
   */
  void rename(String from, String to) throws IOException;

  /**
   * Deletes a file.
   *
   * @param name the file
   * @throws IOException if there is no such file or it cannot be deleted
   */
  void delete(String name) throws IOException;

  /**
   * Makes creations, renames and deletions durable.
   *
   * @throws IOException if the disk cannot promise that
   */
  void syncDirectory() throws IOException;

  /**
   * Takes the exclusive lock of that name; it ends with {@link Lock#close()} or with the process.
   *
   * @param name the lock file, created if missing and never deleted
   * @return the lock
   * @throws IOException if the lock file cannot be used
   * @throws io.edgebeat.api.error.EdgeBeatException with code {@code LOCKED} if somebody else holds
   *     the lock, in this process or another
   */
  Lock lock(String name) throws IOException;

  /**
   * A buffer of the kind this disk writes fastest.
   *
   * @param capacity in bytes
   * @return an empty buffer
   */
  default ByteBuffer allocateBuffer(int capacity) {
    return ByteBuffer.allocate(capacity);
  }

  /** A held lock of a directory. */
  interface Lock extends AutoCloseable {
    /**
     * Gives the lock back; a second call does nothing.
     *
     * @throws IOException if the lock file cannot be closed
     */
    @Override
    void close() throws IOException;
  }
}
