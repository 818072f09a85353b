using LeVo.Core.Numerics;

namespace LeVo.Testing.Faults;

/// <summary>
/// Feeds damaged inputs to a reader. Fails on any exception that is not documented, on an input that takes half a minute, and
/// on one that allocates more than 64 MiB beyond its size. The thread's stack is small, so that deep recursion shows.
/// </summary>
public static class Fuzzer
{
    private const long MostAllocated = 64 << 20;
    private const int Stack = 256 << 10;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    /// <summary>Damages and reads.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="seed">Equal seeds give equal inputs.</param>
    /// <returns>How many of the inputs were read without an exception.</returns>
    public static int Run(FuzzTarget target, int inputs, int seed)
    {
        int current = -1, accepted = 0;
        string? failure = null;
        var thread = new Thread(Work, Stack) { IsBackground = true };
        thread.Start();
        for (int seen = -1; !thread.Join(Hang); seen = Volatile.Read(ref current))
            if (seen == Volatile.Read(ref current))
                throw Failed(target, seed, seen, $"hangs for {Hang.TotalSeconds} s");
        return failure is null ? accepted : throw Failed(target, seed, current, failure);

        void Work()
        {
            while (failure is null && current + 1 < inputs)
            {
                byte[] input = Input(target, seed, Interlocked.Increment(ref current));
                if (TryRead(target, input, ref failure))
                    accepted++;
            }
        }
    }

    /// <summary>One input of a run.</summary>
    public static byte[] Input(FuzzTarget target, int seed, int index)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new Mutator(new Random((int)Fnv1a.Hash($"{target.Name}/{seed}/{index}"))).Damage(target.Seeds);
    }

    private static bool TryRead(FuzzTarget target, byte[] input, ref string? failure)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool read = false;
        try
        {
            target.Read(input);
            read = true;
        }
        catch (Exception e) when (target.Documented.Any(type => type.IsInstanceOfType(e)))
        {
            if (string.IsNullOrWhiteSpace(e.Message))
                failure = $"throws {e.GetType().Name} without a message";
        }
        catch (Exception e)
        {
            failure = $"throws what is not documented: {e}";
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > MostAllocated + target.Fixed + input.Length)
            failure ??= $"allocates {allocated} bytes";
        return read;
    }

    private static InvalidOperationException Failed(FuzzTarget target, int seed, int index, string what)
    {
        string path = Path.Combine(Path.GetTempPath(), $"levo-fuzz-{target.Name.Replace(' ', '-')}-{seed}-{index}");
        File.WriteAllBytes(path, Input(target, seed, index));
        return new($"{target.Name}, seed {seed}, input {index} ({path}) {what}");
    }
}
