package io.edgebeat.store.jdbc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.market.PageKey;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What pages of rows go by. A page goes on behind the values of the last row, never at a number of
 * rows: so it costs the same wherever it is, and rows that come or go move nothing.
 *
 * @param table the rows
 * @param fixed a column that has one value, or empty
 * @param columns one or two columns that tell rows apart
 * @param descending whether the highest come first
 */
record Order(Table table, String fixed, List<String> columns, boolean descending) {
  static final Order AGREEMENTS =
      new Order(Table.AGREEMENTS, "", List.of("changed_at", "id"), true);
  static final Order PAYMENTS = new Order(Table.PAYMENTS, "agreement", List.of("sequence"), false);
  static final Order INVOICES =
      new Order(Table.INVOICES, "", List.of("closed_at", "agreement"), true);
  static final Order LISTINGS =
      new Order(Table.LISTINGS, "", List.of("seller", "content_hash"), false);

  /** The statement for the page at a key; its first two parameters are the node. */
  String sql(PageKey from) {
    String condition = fixed.isEmpty() ? "" : " AND " + fixed + " = ?";
    if (from.position().size() > 0) {
      String then = descending ? " < ?" : " > ?";
      String first = columns.getFirst();
      condition +=
          columns.size() == 1
              ? " AND " + first + then
              : " AND "
                  + first
                  + (descending ? " <= ?" : " >= ?")
                  + " AND ("
                  + first
                  + then
                  + " OR "
                  + columns.getLast()
                  + then
                  + ")";
    }
    List<String> by = new ArrayList<>(columns);
    if (!fixed.isEmpty()) {
      by.addFirst(fixed);
    }
    return table.page(condition, by, descending);
  }

  /**
   * The values of a key, for the statement.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} for a key that is not of this order
   */
  List<Object> after(PageKey from) {
    if (from.limit() < 1) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a page has at least 1 row, limit is " + from.limit());
    }
    if (from.position().size() == 0) {
      return List.of();
    }
    try {
      List<String> texts =
          Text.texts(new String(from.position().toBytes(), StandardCharsets.UTF_8));
      if (texts.size() != columns.size() + 1 || !texts.getFirst().equals(table.name())) {
        throw foreign(from, null);
      }
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        values.add(value(columns.get(i), texts.get(i + 1)));
      }
      if (values.size() == 2) {
        values.addFirst(values.getFirst());
      }
      return values;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw foreign(from, e);
    }
  }

  private static Object value(String column, String text) {
    return switch (column) {
      case "changed_at", "closed_at" -> new BigDecimal(text);
      case "sequence" -> Long.valueOf(text);
      default -> text;
    };
  }

  private static EdgeBeatException foreign(PageKey from, @Nullable Throwable e) {
    return new EdgeBeatException(
        ErrorCode.INVALID_ARGUMENT,
        RetryAdvice.NEVER,
        "page key " + from.position() + " is not of these rows; begin with PageKey.first",
        e);
  }

  /** The key of the page behind a row. */
  PageKey behind(List<Object> values, int limit) {
    List<String> texts = new ArrayList<>();
    texts.add(table.name());
    values.forEach(
        v -> texts.add(v instanceof BigDecimal number ? number.toPlainString() : v.toString()));
    return new PageKey(Blob.of(Text.list(texts).getBytes(StandardCharsets.UTF_8)), limit);
  }
}
