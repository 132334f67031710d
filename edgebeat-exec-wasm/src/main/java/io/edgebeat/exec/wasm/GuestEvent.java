package io.edgebeat.exec.wasm;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One execution in a flight recording; its duration is its wall time. */
@Name("io.edgebeat.WasmExecution")
@Label("WebAssembly Execution")
@Description("A guest from its start to its outcome")
@Category("EdgeBeat")
@StackTrace(false)
final class GuestEvent extends Event {
  @Label("Execution")
  String execution = "";

  @Label("Module")
  @Description("The content id of the module")
  String module = "";

  @Label("Entry")
  @Description("The export that was called")
  String entry = "";

  @Label("Outcome")
  String outcome = "";

  @Label("Fuel")
  long fuel;

  @Label("Memory Peak")
  @DataAmount
  long memoryPeak;
}
