package io.edgebeat.store.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One table and its statements, which H2 and PostgreSQL understand alike. The parameters of a row
 * are its values, node, generation and its keys, in this order.
 *
 * @param name the table
 * @param keys what tells rows of one node and generation apart
 * @param values the other columns
 */
record Table(String name, List<String> keys, List<String> values) {
  static final Table AGREEMENTS =
      new Table(
          "agreement_rows",
          List.of("id"),
          List.of("buyer", "seller", "status", "work", "asset", "deposit", "paid", "changed_at"));
  static final Table PAYMENTS =
      new Table(
          "payment_rows",
          List.of("agreement", "sequence"),
          List.of("asset", "amount", "changed_at"));
  static final Table INVOICES =
      new Table(
          "invoice_rows",
          List.of("agreement"),
          List.of(
              "buyer",
              "seller",
              "asset",
              "deposit",
              "top_ups",
              "fee_escrowed",
              "setup",
              "tick_amount",
              "ticks",
              "paid",
              "fee",
              "refunded",
              "lines",
              "closed_at"));
  static final Table LISTINGS =
      new Table(
          "listing_rows",
          List.of("seller", "content_hash"),
          List.of(
              "sequence",
              "valid_until",
              "endpoint",
              "receipt_key",
              "region",
              "cpu_millis",
              "memory_bytes",
              "storage_bytes",
              "workload_types",
              "capabilities",
              "asset",
              "per_tick",
              "tick_kind",
              "tick_count",
              "setup",
              "lease"));
  static final List<Table> ALL = List.of(AGREEMENTS, PAYMENTS, INVOICES, LISTINGS);

  private static String isKey(List<String> keys) {
    return keys.stream().map(k -> " AND " + k + " = ?").collect(Collectors.joining());
  }

  String update() {
    return "UPDATE "
        + name
        + " SET "
        + values.stream().map(v -> v + " = ?").collect(Collectors.joining(", "))
        + " WHERE node = ? AND generation = ?"
        + isKey(keys);
  }

  String insert() {
    List<String> columns = new ArrayList<>(values);
    columns.add("node");
    columns.add("generation");
    columns.addAll(keys);
    return "INSERT INTO "
        + name
        + " ("
        + String.join(", ", columns)
        + ") VALUES ("
        + columns.stream().map(c -> "?").collect(Collectors.joining(", "))
        + ")";
  }

  /** Its parameters are node, generation and keys. */
  String delete() {
    return "DELETE FROM " + name + " WHERE node = ? AND generation = ?" + isKey(keys);
  }

  /** Its parameters are node and the generations that stay. */
  String deleteOthers() {
    return "DELETE FROM " + name + " WHERE node = ? AND generation <> ? AND generation <> ?";
  }

  /**
   * Reads rows of the generation that counts; its parameters are node, node, those of the condition
   * and how many.
   *
   * @param condition more about the rows, begins with AND
   * @param order the columns that order them; an index begins with node, generation and these
   * @param descending whether the order is the other way round
   */
  String page(String condition, List<String> order, boolean descending) {
    String way = descending ? " DESC" : "";
    List<String> by = new ArrayList<>(List.of("node", "generation"));
    by.addAll(order);
    return "SELECT "
        + String.join(", ", keys)
        + ", "
        + String.join(", ", values)
        + " FROM "
        + name
        + " WHERE node = ? AND generation = (SELECT generation FROM nodes WHERE node = ?)"
        + condition
        + " ORDER BY "
        + by.stream().map(c -> c + way).collect(Collectors.joining(", "))
        + " FETCH FIRST ? ROWS ONLY";
  }
}
