package io.edgebeat.exec.wasm;

import io.edgebeat.testkit.fault.PlantedMistake;
import java.lang.reflect.InvocationTargetException;
import java.util.stream.Stream;

/**
 * A mistake in one of the executor's classes.
 *
 * @param name what is wrong then
 * @param type the class, named from this package on
 * @param right what stands in its source, once
 * @param wrong what stands there instead
 */
record Mistake(String name, String type, String right, String wrong) {
  static final String ROOM = "io.edgebeat.exec.wasm";

  /**
   * What a static method says of the executor with this mistake; that it throws is said, too.
   *
   * @param method the only one of its name; gives a text
   */
  String foundBy(Class<?> test, String method, Object... arguments) throws Exception {
    ClassLoader loader = PlantedMistake.plant(ROOM, ROOM + "." + type, right, wrong);
    try {
      return (String)
          Stream.of(loader.loadClass(test.getName()).getMethods())
              .filter(each -> each.getName().equals(method))
              .findAny()
              .orElseThrow()
              .invoke(null, arguments);
    } catch (InvocationTargetException e) {
      return String.valueOf(e.getCause()); // a module that no engine takes is found as well
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
