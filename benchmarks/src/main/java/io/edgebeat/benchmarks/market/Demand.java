package io.edgebeat.benchmarks.market;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.ResourceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Draws queries that a wanted share of the listings answers. Each names a workload type or a trust,
 * a capability, and how much of three resources, so that all five rule out something; how much of
 * the ruling out is whose is drawn, too. No two are the same.
 */
final class Demand {
  private static final int SHAPES = 60;
  private static final int STEPS = 14;
  private static final int SAMPLE = 12_500;
  private static final double JITTER = 0.03;

  private final Random random;
  private final boolean forTasks;
  private final List<long[]> measures = new ArrayList<>();
  private final List<Candidate> sample;
  private final long[][] sorted = new long[4][];

  /**
   * @param forTasks whether a workload type and seconds are wanted, else a trust
   */
  Demand(Random random, List<Candidate> objects, boolean forTasks) {
    this.random = random;
    this.forTasks = forTasks;
    sample = objects.subList(0, Math.min(SAMPLE, objects.size()));
    for (Candidate candidate : sample) {
      ResourceSpec resources = candidate.listing().resources();
      measures.add(
          new long[] {
            resources.cpuMillis(),
            resources.memoryBytes(),
            resources.storageBytes(),
            candidate.trust()
          });
    }
    for (int d = 0; d < sorted.length; d++) {
      int dimension = d;
      sorted[d] = measures.stream().mapToLong(m -> m[dimension]).sorted().toArray();
    }
  }

  /** What is wanted of a listing, in about the share that was asked for. */
  record Shape(String capability, ResourceSpec least, long trust) {}

  /** Shapes that a share of the listings answers. */
  List<Shape> shapes(double share) {
    List<Shape> shapes = new ArrayList<>();
    while (shapes.size() < SHAPES) {
      String capability = Supply.capability(random.nextInt(Supply.capabilities()));
      List<long[]> able = new ArrayList<>();
      for (int i = 0; i < sample.size(); i++) {
        if (suits(sample.get(i).listing(), capability)) {
          able.add(measures.get(i));
        }
      }
      double wanted = share * sample.size();
      if (able.size() > 1.1 * wanted) {
        long[] least = least(able, wanted);
        shapes.add(new Shape(capability, new ResourceSpec(least[0], least[1], least[2]), least[3]));
      }
    }
    return shapes;
  }

  private boolean suits(Listing listing, String capability) {
    return (!forTasks
            || (listing.workloadTypes().contains("wasm")
                && listing.price().tickUnit().kind() == TickUnit.Kind.SECONDS))
        && listing.capabilities().stream().map(CapabilityInfo::name).anyMatch(capability::equals);
  }

  /** Bisects how far a direction that is drawn leads until so many are left. */
  private long[] least(List<long[]> able, double wanted) {
    double[] direction = new double[sorted.length];
    for (int d = 0; d < direction.length; d++) {
      direction[d] = forTasks && d == 3 ? 0 : 0.2 + random.nextDouble();
    }
    double near = 0;
    double far = 20;
    for (int step = 0; step < STEPS; step++) {
      double middle = (near + far) / 2;
      long[] least = at(direction, middle);
      long left = able.stream().filter(m -> covers(m, least)).count();
      if (left > wanted) {
        near = middle;
      } else {
        far = middle;
      }
    }
    return at(direction, far);
  }

  private long[] at(double[] direction, double distance) {
    long[] least = new long[sorted.length];
    for (int d = 0; d < least.length; d++) {
      double quantile = 1 - Math.exp(-direction[d] * distance);
      least[d] = sorted[d][(int) Math.min(sorted[d].length - 1, quantile * sorted[d].length)];
    }
    return least;
  }

  private static boolean covers(long[] measures, long[] least) {
    return measures[0] >= least[0]
        && measures[1] >= least[1]
        && measures[2] >= least[2]
        && measures[3] >= least[3];
  }

  /** One of the shapes, a little different each time. */
  ListingQuery query(List<Shape> shapes) {
    Shape shape = shapes.get(random.nextInt(shapes.size()));
    return new ListingQuery(
        forTasks ? Optional.of("wasm") : Optional.empty(),
        new ResourceSpec(
            about(shape.least.cpuMillis()),
            about(shape.least.memoryBytes()),
            about(shape.least.storageBytes())),
        Set.of(shape.capability),
        Optional.empty(),
        forTasks ? Optional.of(TickUnit.Kind.SECONDS) : Optional.empty(),
        Optional.empty(),
        about(shape.trust));
  }

  private long about(long value) {
    return (long) (value * (1 + JITTER * (2 * random.nextDouble() - 1)));
  }
}
