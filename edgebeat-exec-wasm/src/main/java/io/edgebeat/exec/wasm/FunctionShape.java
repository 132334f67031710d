package io.edgebeat.exec.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a function takes and gives. */
record FunctionShape(List<ValueType> parameters, List<ValueType> results) {
  FunctionShape {
    parameters = List.copyOf(parameters);
    results = List.copyOf(results);
  }

  /**
   * Reads the short form used in tables: {@code i} and {@code I} for i32 and i64, parameters, a
   * colon, results.
   */
  static FunctionShape of(String form) {
    int colon = form.indexOf(':');
    return new FunctionShape(types(form.substring(0, colon)), types(form.substring(colon + 1)));
  }

  private static List<ValueType> types(String letters) {
    List<ValueType> types = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      types.add(letters.charAt(i) == 'i' ? ValueType.I32 : ValueType.I64);
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
