package io.edgebeat.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as somebody at a terminal sees them, on the files of a node that has bought. */
class CommandsTest {
  private static final byte[] ADD =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b");

  @TempDir static Path directory;

  private static Path home;
  private static Invoice invoice;
  private static Said whileItRuns;

  /** What a command has said. */
  private record Said(int code, String out, String err) {}

  private static Said edgebeat(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Commands.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int code =
        line.execute(List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
    return new Said(code, out.toString(), err.toString());
  }

  private static Said failed(Object... arguments) {
    Said said = edgebeat(arguments);
    assertThat(said.code()).as(said.err()).isEqualTo(Commands.FAILED);
    assertThat(said.err()).startsWith("edgebeat: ").hasLineCount(1).doesNotContain("\tat ");
    assertThat(said.out()).isEmpty();
    return said;
  }

  @BeforeAll
  static void buy() {
    home = directory.resolve("home");
    KeySigner signer = KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      market.fund(signer.address(), Edg.of("5"));
      ContentId image = market.content().put(ContentSource.of(ADD), Progress.NONE);
      Workload workload = new Workload("wasm", image, Optional.of("add"), List.of("2", "40"));
      try (EdgeBeatNode node = market.node("mine", signer).directory(home).open()) {
        Task task = node.buyer().submit(TaskSpec.of(workload), Budget.upTo(Edg.of("0.50")));
        assertThat(task.await(Duration.ofSeconds(40))).isInstanceOf(TaskOutcome.Completed.class);
        invoice = task.invoice();
        whileItRuns = failed("agreements", "-d", home);
      }
    }
  }

  @Test
  void aBundleIsWrittenAndCheckedWithoutANetwork() throws IOException {
    Path bundle = directory.resolve("bundle.json");
    Said written =
        edgebeat("proof", "write", "--directory", home, invoice.agreementId(), "--out", bundle);
    assertThat(written.code()).as(written.err()).isZero();
    assertThat(written.out()).contains("wrote " + Files.size(bundle) + " bytes to " + bundle);
    assertThat(failed("proof", "write", "-d", home, invoice.agreementId(), "-o", bundle).err())
        .contains("is there already");

    Said verified = edgebeat("proof", "verify", bundle);
    assertThat(verified.code()).as(verified.out()).isZero();
    assertThat(verified.out())
        .contains("Agreement " + invoice.agreementId())
        .contains("holds    the agreement is signed by the buyer " + invoice.buyer())
        .contains("unknown  the ledger has told Closed")
        .contains("Nobody vouches for: side")
        .endsWith("EDGEBEAT PROOF HOLDS " + invoice.agreementId() + System.lineSeparator());

    String json = Files.readString(bundle);
    Path forged = directory.resolve("forged.json");
    Files.writeString(forged, json.replace("\"region\":\"", "\"region\":\"not in "));
    Said lie = edgebeat("proof", "verify", forged);
    assertThat(lie.code()).isEqualTo(Commands.DOES_NOT_HOLD);
    assertThat(lie.out())
        .contains("DOES NOT the terms are about the listing that the seller has advertised: ")
        .contains("EDGEBEAT PROOF DOES NOT HOLD");

    Path torn = directory.resolve("torn.json");
    Files.writeString(torn, json.substring(0, json.length() / 2));
    assertThat(failed("proof", "verify", torn).err()).contains("INVALID_ARGUMENT", "" + torn);
    assertThat(failed("proof", "verify", directory.resolve("none")).err()).contains("no file");
  }

  @Test
  void aModuleIsInspected() throws IOException {
    Path module = directory.resolve("add.wasm");
    Files.write(module, ADD);
    Said said = edgebeat("inspect", module);
    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out())
        .startsWith("runs here\n")
        .contains("  add (i32, i32) -> (i32)  base fuel ")
        .contains("memory: none")
        .doesNotContain("ticks");
    assertThat(edgebeat("inspect", "--tick", 2, module).out())
        .containsPattern("at least [2-9][0-9]* ticks of 2 units: add\n");
    assertThat(edgebeat("inspect", "--tick", 1_000_000, module).out())
        .contains("at least 1 ticks of 1000000 units: add\n");
    assertThat(failed("inspect", "--tick", -1, module).err()).contains("at least one unit");

    Path torn = directory.resolve("torn.wasm");
    Files.write(torn, java.util.Arrays.copyOf(ADD, ADD.length - 3));
    Said refused = edgebeat("inspect", torn);
    assertThat(refused.code()).isEqualTo(Commands.DOES_NOT_HOLD);
    assertThat(refused.out()).startsWith("refused: BAD_WORKLOAD: ").contains("truncated");
    assertThat(failed("inspect", directory.resolve("none")).err()).contains("no file");
  }

  @Test
  void agreementsAndInvoicesArePrinted() {
    Said listed = edgebeat("agreements", "--directory", home);
    assertThat(listed.code()).isZero();
    assertThat(listed.out())
        .startsWith(invoice.agreementId() + "  buyer   DONE, ")
        .contains("settled")
        .hasLineCount(1);
    assertThat(edgebeat("invoice", "-d", home, invoice.agreementId()).out())
        .isEqualTo(EdgeBeat.text(invoice));
    assertThat(edgebeat("invoice", "-d", home, invoice.agreementId(), "--format", "html").out())
        .isEqualTo(EdgeBeat.html(invoice));
    String json = edgebeat("invoice", "-d", home, invoice.agreementId(), "--format", "json").out();
    assertThat(EdgeBeat.invoice(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(invoice);
    assertThat(failed("invoice", "-d", home, "0x" + "ab".repeat(32)).err())
        .contains("knows no agreement");
  }

  @Test
  void aNodeIsCopiedCheckedAndPutBack() {
    Path copy = directory.resolve("copy");
    Path back = directory.resolve("back");
    assertThat(edgebeat("backup", home, copy).out()).startsWith("copied ");
    assertThat(edgebeat("verify", copy).out()).startsWith("a whole backup: 1 agreements");
    assertThat(edgebeat("restore", copy, back).out()).startsWith("restored ");
    assertThat(edgebeat("verify", back).out()).startsWith("a whole node: 1 agreements");
    assertThat(edgebeat("agreements", "-d", back).out())
        .isEqualTo(edgebeat("agreements", "-d", home).out());
    assertThat(failed("backup", home, copy).err()).contains("there already");
    assertThat(failed("restore", home, directory.resolve("new")).err())
        .contains("this is no backup");
    assertThat(failed("agreements", "-d", directory.resolve("nowhere")).err())
        .contains("NOT_FOUND")
        .contains("name the directory of a node");
  }

  @Test
  void aRunningNodeIsLeftAloneAndSaysWhatToDo() {
    assertThat(whileItRuns.err())
        .contains("LOCKED")
        .contains("The node is running: stop it first, or let the program that runs it call");
  }

  @Test
  void aWrongCommandLineIsExplained() {
    for (List<Object> wrong :
        List.<List<Object>>of(
            List.of("prove"),
            List.of("proof", "write", "-d", home, invoice.agreementId()),
            List.of("proof", "write", "-d", home, "0x12", "-o", "x"),
            List.of("invoice", "-d", home, invoice.agreementId(), "-f", "pdf"))) {
      Said said = edgebeat(wrong.toArray());
      assertThat(said.code()).as("%s", wrong).isEqualTo(CommandLine.ExitCode.USAGE);
      assertThat(said.err()).containsPattern("Usage: |Did you mean").doesNotContain("\tat ");
    }
    assertThat(edgebeat("proof", "write", "-d", home, "0x12", "-o", "x").err())
        .contains("no agreement's id: expected 64 hexadecimal digits, found 2");
  }

  @Test
  void helpAndVersionAreThereForEveryCommand() {
    Said help = edgebeat("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Exit codes:").contains("1   something does not hold");
    for (String command :
        List.of("proof", "agreements", "invoice", "backup", "restore", "verify", "inspect")) {
      assertThat(help.out()).contains("  " + command + " ");
      assertThat(edgebeat(command, "--help").out()).startsWith("Usage: edgebeat " + command);
    }
    assertThat(edgebeat("--version").out()).startsWith("EdgeBeat ");
  }
}
