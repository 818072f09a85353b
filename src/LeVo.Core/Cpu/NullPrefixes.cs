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
    private const string Version = "null prefix 3";
    private readonly LeLmConfig config;
    private readonly KvFormat format;
    private readonly CacheFolder folder;
    private readonly string precision;
    private readonly WorkerPool pool;
    private readonly Lock gate = new();
    private readonly Dictionary<string, BranchPrefix> known = new(StringComparer.Ordinal);

    public NullPrefixes(LeLmConfig config, KvFormat format, CacheFolder folder, string precision, WorkerPool pool)
    {
        (this.config, this.format, this.folder, this.precision, this.pool) = (config, format, folder, precision, pool);
        Bytes = BranchPrefix.BytesFor(config, format);
    }

    private long Bytes { get; }

    /// <summary>
    /// Lets an empty KV cache use the prefix if it is available. Must not be called during a loop of the pool.
    /// </summary>
    public bool TryShare(ConditionIds conditions, BranchCache cache)
    {
        string name = NameOf(conditions);
        lock (gate)
        {
            if (!known.TryGetValue(name, out BranchPrefix? prefix))
            {
                string? path = folder.File(name);
                if (path is null || CacheFile.TryOpen(path, Key(name), Bytes, pool) is not { } file)
                    return false;
                known.Add(name, prefix = new(config, format, file));
            }
            cache.SharePrefix(prefix);
            return true;
        }
    }

    /// <summary>
    /// Keeps the prefix of a KV cache that has read it. The cache then shares the memory of the first one that was kept.
    /// Must not be called during a loop of the pool.
    /// </summary>
    public void Keep(ConditionIds conditions, BranchCache cache)
    {
        string name = NameOf(conditions);
        lock (gate)
        {
            if (!known.TryGetValue(name, out BranchPrefix? prefix))
                known.Add(name, prefix = Save(name, cache.Prefix!) ?? cache.Prefix!.Share());
            cache.SharePrefix(prefix);
        }
    }

    public void Dispose()
    {
        foreach (BranchPrefix prefix in known.Values)
            prefix.Dispose();
    }

    /// <summary>Writes a prefix to a file and returns the mapped one, or null when it can't be written.</summary>
    private BranchPrefix? Save(string name, BranchPrefix prefix)
    {
        if (folder.File(name) is not { } path)
            return null;
        try
        {
            CacheFile.Write(path, Key(name), Bytes, append =>
            {
                for (long at = 0; at < Bytes; at += 1 << 24)
                    append(new(prefix.Memory + at, (int)Math.Min(1 << 24, Bytes - at)));
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // This process continues with the copy in memory.
        }
        return CacheFile.TryOpen(path, Key(name), Bytes, pool) is { } file ? new(config, format, file) : null;
    }

    private string Key(string name) => $"{Version}; {name}; {folder.Key}";

    private string NameOf(ConditionIds ids)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (long[] part in (long[][])[ids.Lyrics, ids.Sections, ids.Description, ids.Prompt])
            hash.AppendData(MemoryMarshal.AsBytes<long>(part));
        string kind = format == KvFormat.Half ? precision : $"{precision}.kv-{format.Name}";
        return $"{kind}.null-{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
    }
}
