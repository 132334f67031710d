package io.edgebeat.exec.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a function takes and gives. */
record FunctionShape(List<ValueType> parameters, List<ValueType> results) {
  /** Stands in short forms for an address or a size, whose type is the program's. */
  static final char WORD = 'p';

  FunctionShape {
    parameters = List.copyOf(parameters);
    results = List.copyOf(results);
  }

  /**
   * Reads the short form used in tables: {@code i} and {@code I} for i32 and i64, {@link #WORD} for
   * an address or a size, parameters, a colon, results.
   */
  static FunctionShape of(String form, Word word) {
    int colon = form.indexOf(':');
    return new FunctionShape(
        types(form.substring(0, colon), word), types(form.substring(colon + 1), word));
  }

  private static List<ValueType> types(String letters, Word word) {
    List<ValueType> types = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      types.add(
          switch (letters.charAt(i)) {
            case 'i' -> ValueType.I32;
            case 'I' -> ValueType.I64;
            case WORD -> word.type();
            default -> throw new IllegalArgumentException(letters);
          });
    }
    return types;
  }

  /** Such as {@code (i32, i64) -> (i32)}. */
  @Override
  public String toString() {
    return list(parameters) + " -> " + list(results);
  }

  private static String list(List<ValueType> types) {
    return types.stream().map(ValueType::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
