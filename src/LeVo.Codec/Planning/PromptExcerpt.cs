namespace LeVo.Codec.Planning;

/// <summary>The part of a recording that a decode continues.</summary>
internal static class PromptExcerpt
{
    private const int Seconds = 10;
    private const int LongFrom = 30;
    private const int LongStart = 20;

    /// <summary>Ten seconds: from second 20 of a recording of at least 30, from the start of a shorter one.</summary>
    public static float[][] Cut(float[][] channels, int sampleRate)
    {
        int start = channels[0].Length >= LongFrom * sampleRate ? LongStart * sampleRate : 0;
        int end = start + Length(channels[0].Length, sampleRate);
        return [.. channels.Select(channel => channel[start..end])];
    }

    /// <summary>Samples of the part of a recording of so many.</summary>
    public static int Length(int samples, int sampleRate) => Math.Min(samples, Seconds * sampleRate);
}
