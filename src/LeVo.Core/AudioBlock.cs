namespace LeVo.Core;

/// <summary>Finished samples of a stream, in order; blocks follow each other without gap or overlap.</summary>
/// <param name="Channels">Samples <c>[channels][samples]</c>, between -1 and 1 but for overshoots.</param>
/// <param name="SampleRate">Samples a second and channel.</param>
public sealed record AudioBlock(float[][] Channels, int SampleRate)
{
    /// <summary>Samples of each channel.</summary>
    public int Samples => Channels.Length == 0 ? 0 : Channels[0].Length;
}
