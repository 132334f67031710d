package io.edgebeat.store.jdbc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/** Makes the tables, or brings older ones up to date. */
final class Schema {
  private Schema() {}

  /**
   * @throws EdgeBeatException {@code UNKNOWN_VERSION} naming what a newer release has left
   */
  static void prepare(Place place) {
    try {
      Flyway flyway =
          Flyway.configure(Schema.class.getClassLoader())
              .dataSource(place.url(), place.user(), place.secret())
              .defaultSchema(place.schema())
              .createSchemas(true)
              .locations("classpath:META-INF/edgebeat/index")
              // As everything here, and not to whatever else it finds.
              .loggers("slf4j")
              .load();
      List<String> newer =
          Arrays.stream(flyway.info().applied())
              .filter(m -> m.getState() == MigrationState.FUTURE_SUCCESS)
              .map(MigrationInfo::getVersion)
              .map(String::valueOf)
              .toList();
      if (!newer.isEmpty()) {
        throw new EdgeBeatException(
            ErrorCode.UNKNOWN_VERSION,
            "the index at "
                + place
                + " has version "
                + newer.getLast()
                + ", written by a newer release; use that release, or another schema: the picture"
                + " is drawn anew there");
      }
      if (Arrays.stream(flyway.info().applied()).anyMatch(m -> m.getState().isFailed())) {
        // Each migration can be made again.
        flyway.repair();
      }
      flyway.migrate();
    } catch (FlywayException e) {
      throw Failures.of(place, e);
    }
  }
}
