package io.edgebeat.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file of a {@link Disk}. What is written is readable at once and durable after {@link
 * #sync()}; until then a crash may lose any part of it, in any order.
 */
public interface DiskFile extends AutoCloseable {

  /**
   * The name of the file in its directory when it was opened.
   *
   * @return the name
   */
  String name();

  /**
   * The length of the file.
   *
   * @return the length in bytes
   * @throws IOException if it cannot be read
   */
  long size() throws IOException;

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @param position where to start
   * @param target receives the bytes
   * @return how many bytes were read, 0 at or behind the end
   * @throws IOException if reading fails
   */
  int read(long position, ByteBuffer target) throws IOException;

  /**
   * Writes all remaining bytes; the file grows as needed.
   *
   * @param position where to start
   * @param source the bytes; its position ends at its limit
   * @throws IOException if not all bytes were taken, for instance because no space is left
   */
  void write(long position, ByteBuffer source) throws IOException;

  /**
   * Fills a range with zeros, so that later writes into it need no new space and a sync of them has
   * only bytes to move.
   *
   * @param from the first byte
   * @param to behind the last byte
   * @throws IOException if not all bytes were taken
   */
  void zero(long from, long to) throws IOException;

  /**
   * Cuts the file.
   *
   * @param size the new length, not above the present one
   * @throws IOException if that is not possible
   */
  void truncate(long size) throws IOException;

  /**
   * Makes the bytes and the size durable. After a failure nobody knows which bytes are, and a
   * second sync may claim success without having written them: never repeat it.
   *
   * @throws IOException if the disk cannot promise that
   */
  void sync() throws IOException;

  /**
   * Closes the file; a second call does nothing. Does not sync.
   *
   * @throws IOException if closing fails
   */
  @Override
  void close() throws IOException;
}
