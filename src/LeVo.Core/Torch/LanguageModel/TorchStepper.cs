using System.Runtime.InteropServices;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Torch.Conditions;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>One session on libtorch: both guidance branches as two rows of a batch, with a KV cache of fixed
/// size.</summary>
internal sealed class TorchStepper : ILogitsStepper
{
    private const int Branches = 2;

    /// <summary>Prefix positions read at once: enough to keep the cores busy, few enough to stop soon.</summary>
    private const int Piece = 128;

    private readonly TorchEngine engine;
    private readonly ConditionProvider provider;
    private readonly SongConditions song;
    private readonly LeLmCache cache;

    public TorchStepper(TorchEngine engine, ConditionProvider provider, SongConditions song, int columns)
    {
        (this.engine, this.provider, this.song) = (engine, provider, song);
        cache = new(engine.Config, Branches, engine.Config.PrefixLength + columns, engine.Device, engine.Type);
    }

    public void Prefill(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
        Action<int>? heard = null, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        ConditionPrefix prefix = provider.Encode([song, song.NullOf()]);
        for (long start = 0; start < prefix.Length; start += Piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long count = Math.Min(Piece, prefix.Length - start);
            using ConditionPrefix piece =
                new(prefix.First.narrow(1, start, count), prefix.Second.narrow(1, start, count));
            engine.Model.ReadPrefix(piece, cache);
            heard?.Invoke((int)(start + count));
        }
        Read(columns, conditional, unconditional);
    }

    public void Step(ReadOnlySpan<int> column, Span<float> conditional, Span<float> unconditional)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Read(column, conditional, unconditional);
    }

    public void Dispose() => cache.Dispose();

    private void Read(ReadOnlySpan<int> ids, Span<float> conditional, Span<float> unconditional)
    {
        int codebooks = engine.Config.Codebooks;
        var both = new long[Branches * ids.Length];
        for (int i = 0; i < both.Length; i++)
            both[i] = ids[i % ids.Length];
        Tensor batch = tensor(both, [Branches, codebooks, ids.Length / codebooks], device: engine.Device);
        Tensor logits = engine.Model.Forward(batch, null, cache, lastOnly: true).Logits;
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(logits.to(float32, CPU).contiguous().bytes);
        values[..conditional.Length].CopyTo(conditional);
        values[conditional.Length..].CopyTo(unconditional);
    }
}
