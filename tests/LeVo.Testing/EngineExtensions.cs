using LeVo.Core.Conditioning;
using LeVo.Core.Engines;

namespace LeVo.Testing;

/// <summary>Starts songs from texts and reads prefix and columns in one call, for tests of engines.</summary>
internal static class EngineExtensions
{
    public static ILeLmSequence Start(
        this ILeLmEngine engine, ConditionPreparer preparer, SongCondition song, int columns) =>
        engine.Start(preparer.Prepare(song), preparer.Prepare(song.ToAbsent()), columns);

    public static void Prefill(this ILeLmSequence sequence, ReadOnlySpan<int> columns, Span<float> conditional,
        Span<float> unconditional, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        sequence.ReadPrefix(progress, cancellationToken);
        sequence.Read(columns, conditional, unconditional, cancellationToken: cancellationToken);
    }
}
