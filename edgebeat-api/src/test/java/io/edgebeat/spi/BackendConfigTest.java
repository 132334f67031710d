package io.edgebeat.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackendConfigTest {
  @Test
  void textThatMustBeThereIsNamedWhenItIsNot() {
    BackendConfig config = BackendConfig.of(Map.of("bucket", "edgebeat"));
    assertThat(config.text("bucket")).isEqualTo("edgebeat");
    assertThatThrownBy(() -> config.text("endpoint"))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG_VALUE))
        .hasMessageContaining("\"endpoint\"");
  }
}
