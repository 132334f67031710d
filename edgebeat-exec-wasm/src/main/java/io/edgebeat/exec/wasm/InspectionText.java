package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.WasmInspector.Export;
import io.edgebeat.exec.wasm.WasmInspector.Import;
import io.edgebeat.exec.wasm.WasmInspector.Report;

/** Writes a report for people. */
final class InspectionText {
  private final Report report;
  private final StringBuilder text = new StringBuilder();

  InspectionText(Report report) {
    this.report = report;
  }

  String text() {
    line(report.refusal().map(why -> "refused: " + why).orElse("runs here"));
    if (report.outlined()) {
      sizes();
      imports();
      exports();
    }
    return text.toString();
  }

  private void sizes() {
    line("functions: " + report.functions() + ", " + report.codeBytes() + " bytes of code");
    String memory = "none";
    if (report.memoryBytes().isPresent()) {
      memory =
          report.memoryBytes().getAsLong()
              + " bytes, may grow to "
              + (report.memoryMaxBytes().isPresent()
                  ? report.memoryMaxBytes().getAsLong() + " bytes"
                  : "the execution's limit");
    }
    line("memory: " + memory);
    if (report.memoryBytes().isPresent()) {
      line("addresses: " + report.addressBits() + " bits, also those given to imports");
    }
    line("tables: " + report.tableEntries() + " entries");
    if (report.lowered()) {
      line("lowered: its 64-bit memory or tables, exceptions or far offsets are rewritten");
    }
  }

  private void imports() {
    line("imports: " + report.imports().size());
    for (Import wanted : report.imports()) {
      line("  " + wanted.name() + ' ' + wanted.type() + (wanted.provided() ? "" : "  NOT HERE"));
      wanted.missing().ifPresent(why -> line("    " + why));
    }
  }

  private void exports() {
    boolean refused = report.refusal().isPresent();
    line("exports: " + report.exports().size());
    for (Export offered : report.exports()) {
      String fuel =
          offered.baseFuel().isPresent()
              ? "  base fuel " + offered.baseFuel().getAsLong()
              : refused ? "" : "  never returns";
      line("  " + offered.name() + ' ' + offered.type() + fuel);
    }
    if (!refused && !report.exports().isEmpty()) {
      line(
          "base fuel: the least that a call costs which returns, by prices "
              + report.costsVersion()
              + "; loops are left at once, calls through tables and sizes cost nothing more");
    }
  }

  private void line(String words) {
    text.append(words.replaceAll("\\p{Cntrl}", "?")).append('\n');
  }
}
