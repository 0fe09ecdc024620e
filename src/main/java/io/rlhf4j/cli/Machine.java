package io.rlhf4j.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Java, processor, memory, environment and disk, as {@code rlhf4j doctor} judges them. */
final class Machine {
  private static final long GIB = 1L << 30;

  private Machine() {}

  static List<Check> checks(Path folder, Map<String, String> environment) {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.fine("rlhf4j", Main.Version.current()));
    checks.add(
        Check.fine("java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")"));
    checks.add(
        Check.fine(
            "system",
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + ", "
                + System.getProperty("os.arch")));
    checks.add(memory());
    checks.add(cpu(Path.of("/proc/cpuinfo")));
    checks.add(threads(environment));
    checks.add(blas(environment));
    checks.add(allocator(environment));
    checks.add(disk(folder));
    return checks;
  }

  /** Bytes of memory that this process may see; 0 when Java cannot tell. */
  static long totalMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean bean
        ? bean.getTotalMemorySize()
        : 0;
  }

  private static Check memory() {
    long total = totalMemory();
    String found =
        gib(total) + " GiB, Java heap up to " + gib(Runtime.getRuntime().maxMemory()) + " GiB";
    return total >= 4 * GIB || total == 0
        ? Check.fine("memory", found)
        : Check.slow(
            "memory", found, "Use small models and batches: training wants 4 GiB or more.");
  }

  /** The vector units libtorch can use, from Linux's list of CPU flags. */
  static Check cpu(Path cpuinfo) {
    String cores = Runtime.getRuntime().availableProcessors() + " cores";
    if (!Files.isReadable(cpuinfo)) {
      return Check.fine("cpu", cores + " (its features are only known on Linux)");
    }
    Set<String> flags;
    try (var lines = Files.lines(cpuinfo)) {
      flags =
          lines
              .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
              .findFirst()
              .map(
                  line ->
                      Set.copyOf(
                          Arrays.asList(
                              line.substring(line.indexOf(':') + 1).strip().split("\\s+"))))
              .orElse(Set.of());
    } catch (IOException e) {
      return Check.fine("cpu", cores + " (" + cpuinfo + " cannot be read: " + e.getMessage() + ")");
    }
    String found =
        cores
            + has(", AVX2", flags, "avx2")
            + has(", AVX-512", flags, "avx512f")
            + has(", AVX-512 bf16", flags, "avx512_bf16")
            + has(", AMX bf16", flags, "amx_bf16");
    return flags.contains("avx2") || flags.contains("asimd")
        ? Check.fine("cpu", found)
        : Check.slow("cpu", found, "This processor lacks AVX2; training works, slowly.");
  }

  private static String has(String name, Set<String> flags, String flag) {
    return flags.contains(flag) ? name : "";
  }

  static Check threads(Map<String, String> environment) {
    String omp = environment.getOrDefault("OMP_NUM_THREADS", "unset");
    String blas = environment.getOrDefault("OPENBLAS_NUM_THREADS", "unset");
    String found = "OMP_NUM_THREADS " + omp + ", OPENBLAS_NUM_THREADS " + blas;
    return omp.equals("unset") || !omp.equals(blas)
        ? Check.slow(
            "threads",
            found,
            "Start by ./rlhf4j, or export both with the number of physical cores.")
        : Check.fine("threads", found);
  }

  /** Which kernels multiply float32 matrices; an exported choice may be that of another machine. */
  static Check blas(Map<String, String> environment) {
    String chosen = openBlasCoreType(environment);
    return chosen == null
        ? Check.fine("OpenBLAS", "chooses the kernels of this processor")
        : Check.slow(
            "OpenBLAS",
            "OPENBLAS_CORETYPE " + chosen,
            "It keeps OpenBLAS from choosing the kernels of this processor, which can double the"
                + " speed of float32; unset it, unless you want the same bits on other processors.");
  }

  /** What keeps OpenBLAS from choosing this processor's kernels, or null. */
  static @Nullable String openBlasCoreType(Map<String, String> environment) {
    String chosen = environment.getOrDefault("OPENBLAS_CORETYPE", "");
    return chosen.isBlank() ? null : chosen;
  }

  static Check allocator(Map<String, String> environment) {
    String preload = environment.getOrDefault("LD_PRELOAD", "");
    if (preload.contains("alloc")) {
      return Check.fine("allocator", preload);
    }
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Check.fine("allocator", "the system's");
    }
    boolean keeps = environment.containsKey("MALLOC_TRIM_THRESHOLD_");
    return keeps
        ? Check.fine("allocator", "glibc, keeping freed memory")
        : Check.slow(
            "allocator", "glibc, returning freed memory", "Start by ./rlhf4j, which sets it.");
  }

  private static Check disk(Path folder) {
    long free;
    try {
      free = Files.getFileStore(folder.toAbsolutePath()).getUsableSpace();
    } catch (IOException e) {
      return Check.slow(
          "disk", "unknown (" + e.getMessage() + ")", "Check the free space yourself.");
    }
    String found = gib(free) + " GiB free in " + folder.toAbsolutePath();
    return free >= 5 * GIB
        ? Check.fine("disk", found)
        : Check.slow("disk", found, "Checkpoints need room; free some space, 5 GiB or more.");
  }

  private static String gib(long bytes) {
    return String.format(java.util.Locale.ROOT, "%.1f", bytes / (double) GIB);
  }
}
