package io.edgebeat.samples.weather;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.io.IOException;
import java.util.List;

/**
 * Something that goes wrong on purpose: a faulty part handed to a builder, or a node that is ended,
 * among nodes that know nothing of it. One class a fault.
 */
interface Fault {
  /** Every fault there is; a new run each. */
  static List<Fault> all() {
    return List.of(
        new SellerVanishes(),
        new BuyerStopsPaying(),
        new BadResult(),
        new SellerCheats(),
        new NodeKilled());
  }

  /**
   * One fault.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming it and those there are
   */
  static Fault named(String id) {
    return all().stream()
        .filter(fault -> fault.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new EdgeBeatException(
                    ErrorCode.INVALID_ARGUMENT,
                    "edgebeat.demo.fault is \""
                        + id
                        + "\"; the faults are "
                        + String.join(", ", all().stream().map(Fault::id).toList())));
  }

  /** What follows {@code -Dedgebeat.demo.fault=}. */
  String id();

  /** Lets it happen, and goes on until the result is there and paid for. */
  Ending run(Stage stage) throws IOException;
}
