package io.edgebeat.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold of the packages of modules. */
final class Packages {
  private Packages() {}

  /** A package of two modules is found by neither on the module path. */
  static List<String> split(List<Published> modules) {
    Map<String, String> owners = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (Published module : modules) {
      for (String name : module.packages()) {
        String other = owners.putIfAbsent(name, module.name());
        if (other != null) {
          problems.add(name + " is in " + other + " and in " + module.name());
        }
      }
    }
    return problems;
  }

  /** What is called internal is for nobody else. */
  static List<String> exportedInternals(List<Published> modules) {
    List<String> problems = new ArrayList<>();
    for (Published module : modules) {
      for (String name : module.exported()) {
        if (List.of(name.split("\\.", -1)).contains("internal")) {
          problems.add(module.name() + " exports " + name);
        }
      }
    }
    return problems;
  }
}
