package io.edgebeat.benchmarks.wasm;

import java.util.ArrayList;
import java.util.List;

/**
 * A value: a program that wants to harm its host, and the same in a dose that may pass.
 *
 * @param name what it tries
 * @param attack the program
 * @param contained how the answer to it begins, in one of several ways
 * @param dose the harm itself, bounded, with the one defence off or not reached
 * @param succeeds how the answer to that begins
 */
record Hostile(String name, Trial attack, List<String> contained, Trial dose, String succeeds) {

  /** All there are. */
  static List<Hostile> all() {
    List<Hostile> all = new ArrayList<>();
    all.addAll(HostileCode.all());
    all.addAll(HostileModules.all());
    all.addAll(HostileGuests.all());
    return all;
  }

  static Hostile of(String name, Trial attack, String contained, Trial dose, String succeeds) {
    return new Hostile(name, attack, List.of(contained), dose, succeeds);
  }

  /** A module with a page of memory that exports one function. */
  static Trial function(String shape, String locals, String body) {
    ModuleWriter writer = new ModuleWriter();
    writer.memory(1, -1);
    writer.export(Trial.FUNCTION, shape, locals, body);
    return Trial.of(writer.toBytes());
  }

  /** The same without parameters and locals. */
  static Trial function(String results, String body) {
    return function(":" + results, "", body);
  }
}
