package io.edgebeat.core.codec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Objects;
import java.util.Set;

/**
 * Compact binary form of a record, or of a sealed family of records, by their components. The form
 * is canonical: equal values have equal bytes, and only those bytes are read back.
 *
 * <p>First the format's number (one byte), then the record's tag, the number of its components and
 * the components in their declared order. The tag is the record's simple name, with the names of
 * the classes around it up to the family's root: {@code Open}. A nested record has no tag, only its
 * number of components; a nested family has both.
 *
 * <p>How a record may change: its name and the names of its components do not matter to old bytes
 * but for the tag; components may be <em>appended</em> when they are {@code Optional}, {@code
 * List}, {@code Set} or {@code Map}, because bytes that have fewer are read with these empty.
 * Everything else is {@code UNKNOWN_VERSION}.
 *
 * <p>Reading trusts nothing: lengths are compared with what is left before anything is allocated,
 * nesting is limited to {@value #MAX_DEPTH}, and whatever is wrong is one {@link EdgeBeatException}
 * that names tag and offset. Threads: calls may overlap.
 *
 * @param <T> the record or the root of the family
 */
public final class RecordCodec<T> {
  /** How deep records and collections may nest. */
  public static final int MAX_DEPTH = 64;

  private static final int FORMAT = 1;

  private final Class<T> root;
  private final Encoding<Object> encoding;
  private final Set<String> tags;

  private RecordCodec(Class<T> root, Encodings.Family family) {
    this.root = root;
    this.encoding = family;
    this.tags = family.tags();
  }

  /**
   * Resolves a type once; the codec is meant to be kept.
   *
   * @param root a record, or a sealed interface or class whose permitted subtypes are records or
   *     sealed themselves
   * @param <T> that type
   * @return the codec
   * @throws IllegalArgumentException when a component has a type that has no form, or two records
   *     have one tag; a mistake of the program that defines them
   */
  public static <T> RecordCodec<T> of(Class<T> root) {
    return new RecordCodec<>(root, new Encodings().root(root));
  }

  /**
   * The tags of the family.
   *
   * @return in alphabetical order
   */
  public Set<String> tags() {
    return tags;
  }

  /**
   * Writes a value.
   *
   * @param value the value
   * @return its bytes
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when it is nested too deep or holds text
   *     that is not Unicode
   */
  public byte[] encode(T value) {
    return written(value).toBytes();
  }

  /**
   * How many bytes {@link #encode} returns, without the copy.
   *
   * @param value the value
   * @return the length
   * @throws EdgeBeatException as {@link #encode}
   */
  public int length(T value) {
    return written(value).size();
  }

  private Output written(T value) {
    Output out = new Output();
    out.octet(FORMAT);
    encoding.write(Objects.requireNonNull(value, "value"), out, 0);
    return out;
  }

  /**
   * Reads a value.
   *
   * @param bytes what {@link #encode} returned, in this or an earlier version
   * @return the value
   * @throws EdgeBeatException {@code CORRUPTED} naming tag and offset, or {@code UNKNOWN_VERSION}
   *     when a later version has written it
   */
  public T decode(byte[] bytes) {
    Input in = new Input(bytes);
    in.tag = root.getSimpleName();
    int format = in.octet();
    if (format != FORMAT) {
      throw in.unknown("format " + format + ", this version reads " + FORMAT);
    }
    Object value = encoding.read(in, 0);
    if (in.left() > 0) {
      throw in.corrupted(in.left() + " bytes behind the end");
    }
    return root.cast(value);
  }

  static void checkDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "records nested deeper than " + MAX_DEPTH);
    }
  }
}
