using LeVo.Core.Cpu.Kernels;

namespace LeVo.Core.Cpu.Weights;

/// <summary>
/// The engine's block of weights: mapped from its cache file, which is created if missing, or in memory if no file
/// can be written.
/// </summary>
internal sealed unsafe class WeightStore : IDisposable
{
    private const string Format = "weights 2";
    private readonly CacheFile? file;
    private readonly NativeBlock? block;

    private WeightStore(CacheFile? file, NativeBlock? block) => (this.file, this.block) = (file, block);

    /// <summary>Whether the weights are mapped from a file.</summary>
    public bool IsMapped => file is not null;

    /// <summary>Loads or quantises the block and binds the plan to it.</summary>
    /// <param name="plan">The memory plan.</param>
    /// <param name="source">The tensors, read only when there is no cache file.</param>
    /// <param name="folder">The location of the cache file.</param>
    /// <param name="kind">The file's kind: the precision.</param>
    /// <param name="pool">The worker threads.</param>
    /// <param name="failed">Receives the reason when no cache file could be written.</param>
    public static WeightStore Load(WeightPlan plan, IFloatSource source, CacheFolder folder, string kind,
        WorkerPool pool, Action<string>? failed = null)
    {
        WeightStore store = Open(plan, source, folder.File(kind), $"{Format}; {kind}; {folder.Key}", pool, failed);
        plan.Bind(store.file is { } mapped ? mapped.Data : store.block!.Pointer);
        return store;
    }

    public void Dispose()
    {
        file?.Dispose();
        block?.Dispose();
    }

    private static WeightStore Open(WeightPlan plan, IFloatSource source, string? path, string key, WorkerPool pool,
        Action<string>? failed)
    {
        if (path is not null)
        {
            if (CacheFile.TryOpen(path, key, plan.Bytes, pool) is { } found)
                return new(found, null);
            try
            {
                Write(plan, source, path, key, pool);
                if (CacheFile.TryOpen(path, key, plan.Bytes, pool) is { } written)
                    return new(written, null);
                failed?.Invoke($"'{path}' can't be mapped");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failed?.Invoke(e.Message);
            }
        }
        var memory = new NativeBlock(plan.Bytes);
        plan.Fill(source, pool, (offset, _) => (nint)(memory.Pointer + offset));
        return new(null, memory);
    }

    /// <summary>Writes the cache file with one matrix in memory at a time.</summary>
    private static void Write(WeightPlan plan, IFloatSource source, string path, string key, WorkerPool pool)
    {
        NativeBlock? memory = null;
        try
        {
            CacheFile.Write(path, key, plan.Bytes, append => plan.Fill(source, pool,
                (_, bytes) =>
                {
                    if (memory is null || memory.Bytes < bytes)
                    {
                        memory?.Dispose();
                        memory = new(bytes);
                    }
                    return (nint)memory.Pointer;
                },
                bytes => append(new(memory!.Pointer, (int)bytes))));
        }
        finally
        {
            memory?.Dispose();
        }
    }
}
