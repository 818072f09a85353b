using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using Microsoft.Extensions.Logging;

namespace LeVo.Core;

/// <summary>
/// A loaded language model: weights, tokenizers, configuration. Load it once and share it: songs are generated with it
/// side by side, <see cref="LeVoOptions.MaxConcurrentSongs"/> at once. Thread-safe. Songs that are being generated when it is disposed are finished first.
/// </summary>
public sealed partial class LeVoModel : IDisposable
{
    private readonly SharedEngine engine;
    private readonly ConditionPreparer preparer;

    /// <param name="engine">The weights.</param>
    /// <param name="preparer">The tokenizers.</param>
    /// <param name="info">Name and limits.</param>
    /// <param name="songs">Songs that are made at the same time.</param>
    internal LeVoModel(ILeLmEngine engine, ConditionPreparer preparer, ModelInfo info, int songs)
    {
        int codebooks = engine.Config.Codebooks;
        if (codebooks != 3)
            throw new NotSupportedException($"Songs have three token streams; this model has {codebooks}.");
        (this.engine, this.preparer, Info, Queue) = (new(engine), preparer, info, new(songs));
    }

    /// <summary>The model and its limits.</summary>
    public ModelInfo Info { get; }

    internal ILeLmEngine Engine => engine;

    internal ConditionPreparer Preparer => preparer;

    internal SongQueue Queue { get; }

    /// <summary>What this model was not trained on in some lyrics, first of all whether they are too long for
    /// it.</summary>
    public IReadOnlyList<LyricsFinding> Check(Lyrics lyrics)
    {
        ArgumentNullException.ThrowIfNull(lyrics);
        return preparer.Check(lyrics);
    }

    /// <summary>A generator that uses this model, which stays the caller's.</summary>
    /// <param name="logger">Receives the stages of every song, or null.</param>
    public ITokenGenerator CreateTokenGenerator(ILogger? logger = null) =>
        new TokenGenerator(engine, preparer, Info, Queue, logger);

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();
}
