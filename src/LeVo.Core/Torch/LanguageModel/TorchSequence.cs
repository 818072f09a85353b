using System.Runtime.InteropServices;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// A sequence on libtorch: both guidance branches are two rows of a batch, with a KV cache of fixed size.
/// </summary>
internal sealed class TorchSequence : ILeLmSequence
{
    private const int Branches = 2;

    /// <summary>
    /// Prefix positions per chunk: large enough for efficient processing, small enough for prompt cancellation.
    /// </summary>
    private const int ChunkPositions = 128;

    private readonly LeLm model;
    private readonly ConditionIds given, absent;
    private readonly KvCache cache;

    public TorchSequence(LeLm model, ConditionIds given, ConditionIds absent, int columns)
    {
        (this.model, this.given, this.absent) = (model, given, absent);
        cache = OutOfMemory.Explained(model.Device, Help,
            () => new KvCache(model.Config, Branches, model.Config.PrefixLength + columns, model.Device, model.Type));
    }

    /// <summary>The settings that need less memory, as a sentence of an exception's message.</summary>
    public static string Help() => "Settings that need less: a shorter Duration, LeVoOptions.MaxConcurrentSongs 1, LeVoOptions.Residency "
        + "OneAtATime, and a LeVoOptions.Precision of 16 bits. A song with a ProgressPath continues from its file.";

    public void ReadPrefix(Action<int>? progress = null, CancellationToken cancellationToken = default) =>
        OutOfMemory.Explained(model.Device, Help, () => ReadChunks(progress, cancellationToken));

    private bool ReadChunks(Action<int>? progress, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        ConditionPrefix prefix = model.Conditions.Embed([given, absent]);
        for (long start = 0; start < prefix.Length; start += ChunkPositions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long count = Math.Min(ChunkPositions, prefix.Length - start);
            using ConditionPrefix chunk =
                new(prefix.Mixed.narrow(1, start, count), prefix.Tracks.narrow(1, start, count));
            model.ReadPrefix(chunk, cache);
            progress?.Invoke((int)(start + count));
        }
        return true;
    }

    public void Read(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
        LeLmHeads heads = LeLmHeads.All, CancellationToken cancellationToken = default)
    {
        try
        {
            Read(columns, conditional, unconditional);
        }
        catch (Exception e) when (OutOfMemory.Explain(e, model.Device, Help) is { } explained)
        {
            throw explained;
        }
    }

    public void Dispose() => cache.Dispose();

    private void Read(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int codebooks = model.Config.Codebooks;
        var both = new long[Branches * columns.Length];
        for (int i = 0; i < both.Length; i++)
            both[i] = columns[i % columns.Length];
        Tensor batch = tensor(both, [Branches, codebooks, columns.Length / codebooks], device: model.Device);
        Tensor logits = model.Forward(batch, null, cache, lastOnly: true).Logits;
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(logits.to(float32, CPU).contiguous().bytes);
        values[..conditional.Length].CopyTo(conditional);
        values[conditional.Length..].CopyTo(unconditional);
    }
}
