using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;

namespace LeVo.Core;

/// <summary>
/// A loaded language model: weights, tokenizers, configuration. Heavy, and shared: any number of songs may be written
/// with it at once. Thread-safe. Disposing it lets songs under way finish.
/// </summary>
public sealed partial class LeVoModel : IDisposable
{
    private readonly IStepEngine engine;
    private readonly ITextTokenizer? lyricsTokenizer;
    private readonly Lock gate = new();
    private int sessions;
    private bool disposed;

    internal LeVoModel(IStepEngine engine, ModelInfo info, ITextTokenizer? lyricsTokenizer = null)
    {
        int codebooks = engine.Config.Codebooks;
        if (codebooks != 3)
            throw new NotSupportedException($"Songs have three token streams; this model has {codebooks}.");
        (this.engine, Info, this.lyricsTokenizer) = (engine, info, lyricsTokenizer);
    }

    /// <summary>The model and its limits.</summary>
    public ModelInfo Info { get; }

    internal LeLmConfig Config => engine.Config;

    /// <summary>What this model was not trained on in some lyrics, first of all whether they are too long for
    /// it.</summary>
    public IReadOnlyList<LyricsFinding> Check(Lyrics lyrics)
    {
        ArgumentNullException.ThrowIfNull(lyrics);
        return lyricsTokenizer is not null && lyrics.CheckLength(lyricsTokenizer, Config.LyricsLength) is { } tooLong
            ? [tooLong, .. lyrics.Findings]
            : lyrics.Findings;
    }

    /// <summary>Begins a song; the model stays loaded until the session is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    internal ILogitsStepper Start(SongConditions conditions, int columns)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            sessions++;
        }
        try
        {
            return new Lease(this, engine.Start(conditions, columns));
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
            if (sessions > 0)
                return; // The last session frees the model.
        }
        engine.Dispose();
    }

    private void Release()
    {
        lock (gate)
        {
            if (--sessions > 0 || !disposed)
                return;
        }
        engine.Dispose();
    }

    private sealed class Lease(LeVoModel model, ILogitsStepper inner) : ILogitsStepper
    {
        private LeVoModel? model = model;

        public void Prefill(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
            Action<int>? heard = null, CancellationToken cancellationToken = default) =>
            inner.Prefill(columns, conditional, unconditional, heard, cancellationToken);

        public void Step(ReadOnlySpan<int> column, Span<float> conditional, Span<float> unconditional) =>
            inner.Step(column, conditional, unconditional);

        public void Dispose()
        {
            inner.Dispose();
            Interlocked.Exchange(ref model, null)?.Release();
        }
    }
}
