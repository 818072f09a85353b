using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Streaming;

/// <summary>Songs and sound of random numbers.</summary>
internal static class Songs
{
    public static SongTokens Random(int frames, int seed = 0)
    {
        var random = new Random(seed);
        int[] Row() => [.. Enumerable.Range(0, frames).Select(_ => random.Next(TinyCodec.CodebookSize))];
        return SongTokens.FromRows(Row(), Row(), Row());
    }

    public static Waveform Noise(int seed, int samples)
    {
        var random = new Random(seed);
        return new([[.. Enumerable.Range(0, samples).Select(_ => random.NextSingle() - 0.5f)]], TinyCodec.SampleRate);
    }

    /// <summary>Frames that are computed when they are asked for.</summary>
    public static async IAsyncEnumerable<TokenFrame> OneByOne(SongTokens song, Action<int>? taken = null)
    {
        for (int t = 0; t < song.Frames; t++)
        {
            await Task.Yield();
            taken?.Invoke(t);
            yield return song[t];
        }
    }
}

/// <summary>Hears progress at once.</summary>
internal sealed class Listener(Action<GenerationProgress> heard) : IProgress<GenerationProgress>
{
    public void Report(GenerationProgress value) => heard(value);
}
