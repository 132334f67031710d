package io.edgebeat.core.codec;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The form of one type.
 *
 * @param <T> the type
 */
interface Encoding<T> {
  void write(T value, Output out, int depth);

  T read(Input in, int depth);

  /** What a component that old bytes do not have is read as; null when it cannot be missing. */
  default @Nullable T absent() {
    return null;
  }

  /** A type that contains no other. */
  static <T> Encoding<T> leaf(Writer<T> writer, Function<Input, T> reader) {
    return new Encoding<>() {
      @Override
      public void write(T value, Output out, int depth) {
        writer.write(value, out);
      }

      @Override
      public T read(Input in, int depth) {
        return reader.apply(in);
      }
    };
  }

  /**
   * Writes a leaf.
   *
   * @param <T> the type
   */
  @FunctionalInterface
  interface Writer<T> {
    void write(T value, Output out);
  }
}
