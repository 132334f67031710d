package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An export of something that is not there is refused by its name and index. */
class ModuleReaderTest {
  private static final byte[] MODULE =
      Wat.assemble(
          """
          (memory 1) (table 1 funcref) (global $g (mut i32) (i32.const 1))
          (func (export "name"))
          """);

  /** The module, whose one export is of another thing. */
  private static byte[] exporting(int kind, int index) {
    byte[] name = {4, 'n', 'a', 'm', 'e', 0, 0};
    for (int at = 0; at < MODULE.length; at++) {
      if (Arrays.equals(MODULE, at, at + name.length, name, 0, name.length)) {
        byte[] changed = MODULE.clone();
        changed[at + 5] = (byte) kind;
        changed[at + 6] = (byte) index;
        return changed;
      }
    }
    throw new AssertionError("no export");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, unknown function 1",
    "1, 1, unknown table 1",
    "2, 1, unknown memory 1",
    "3, 5, unknown global 5",
    "4, 0, unknown tag 0",
    "5, 0, unknown kind 5"
  })
  void isRefused(int kind, int index, String words) {
    assertThatThrownBy(() -> ModuleReader.read(exporting(kind, index), WasmLimits.DEFAULTS))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_WORKLOAD);
              assertThat(e.getMessage()).contains("export \"name\" of " + words);
            });
  }

  @Test
  void whatIsThereCanBeExported() {
    for (int kind = 0; kind < 4; kind++) {
      ModuleShape shape = ModuleReader.read(exporting(kind, 0), WasmLimits.DEFAULTS);
      assertThat(shape.exportsMemory()).isEqualTo(kind == 2);
      assertThat(shape.functionExports()).hasSize(kind == 0 ? 1 : 0);
    }
  }
}
