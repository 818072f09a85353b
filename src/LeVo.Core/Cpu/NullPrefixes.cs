using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LeVo.Core.Conditioning;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// Caches the keys and values of the guidance branch's prefix. They depend only on the model and the null conditions
/// (of which there are at most two sets), so they are computed once and stored next to the weights. Thread-safe.
/// </summary>
internal sealed unsafe class NullPrefixes : IDisposable
{
    private const string Format = "null prefix 2";
    private readonly LeLmConfig config;
    private readonly CacheFolder folder;
    private readonly string precision;
    private readonly WorkerPool pool;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Kept> known = new(StringComparer.Ordinal);

    public NullPrefixes(LeLmConfig config, CacheFolder folder, string precision, WorkerPool pool) =>
        (this.config, this.folder, this.precision, this.pool) = (config, folder, precision, pool);

    private long Bytes => BranchCache.BytesFor(config, config.PrefixLength);

    /// <summary>
    /// Fills an empty KV cache with the prefix if it is available. Must not be called during a loop of the pool.
    /// </summary>
    public bool TryLoad(ConditionIds conditions, BranchCache cache)
    {
        string name = NameOf(conditions);
        lock (gate)
        {
            if (!known.TryGetValue(name, out Kept? kept))
            {
                string? path = folder.File(name);
                if (path is null || CacheFile.TryOpen(path, Key(name), Bytes, pool) is not { } file)
                    return false;
                known.Add(name, kept = new(file, null));
            }
            cache.CopyFrom(kept.File is { } mapped ? mapped.Data : kept.Memory!.Pointer, config.PrefixLength);
            return true;
        }
    }

    /// <summary>
    /// Stores the contents of a KV cache with at least the prefix. Must not be called during a loop of the pool.
    /// </summary>
    public void Keep(ConditionIds conditions, BranchCache cache)
    {
        string name = NameOf(conditions);
        lock (gate)
        {
            if (known.ContainsKey(name))
                return;
            var memory = new NativeBlock(Bytes);
            cache.CopyTo(memory.Pointer, config.PrefixLength);
            known.Add(name, Save(name, memory) is { } file ? new(file, null) : new(null, memory));
        }
    }

    public void Dispose()
    {
        foreach (Kept kept in known.Values)
        {
            kept.File?.Dispose();
            kept.Memory?.Dispose();
        }
    }

    /// <summary>Writes the memory to a file and returns the mapped file, or null when it can't be written.</summary>
    private CacheFile? Save(string name, NativeBlock memory)
    {
        if (folder.File(name) is not { } path)
            return null;
        try
        {
            CacheFile.Write(path, Key(name), Bytes, append =>
            {
                for (long at = 0; at < Bytes; at += 1 << 24)
                    append(new(memory.Pointer + at, (int)Math.Min(1 << 24, Bytes - at)));
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // This process continues with the copy in memory.
        }
        CacheFile? file = CacheFile.TryOpen(path, Key(name), Bytes, pool);
        if (file is not null)
            memory.Dispose();
        return file;
    }

    private string Key(string name) => $"{Format}; {name}; {folder.Key}";

    private string NameOf(ConditionIds ids)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (long[] part in (long[][])[ids.Lyrics, ids.Sections, ids.Description, ids.Prompt])
            hash.AppendData(MemoryMarshal.AsBytes<long>(part));
        return $"{precision}.null-{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
    }

    private sealed record Kept(CacheFile? File, NativeBlock? Memory);
}
