namespace LeVo.Codec.Training;

/// <summary>The three token streams, each with a quantiser of its own.</summary>
public enum TokenStream
{
    /// <summary>The full mix.</summary>
    Mixed,

    /// <summary>The voice alone.</summary>
    Vocal,

    /// <summary>The accompaniment alone.</summary>
    Accompaniment,
}

/// <summary>Something that is known of every frame and that the tokens should tell.</summary>
/// <param name="Name">Name in the metrics.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Weight">Weight of its cross-entropy in the loss.</param>
public sealed record FrameLabel(string Name, int Classes, double Weight = 1);

/// <summary>What the encoder learns to tell of one stream, and where MusicFM is tapped for it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Tap">Index of MusicFM's hidden state.</param>
/// <param name="Labels">What its tokens should tell.</param>
public sealed record StreamTask(TokenStream Stream, int Tap, IReadOnlyList<FrameLabel> Labels);

/// <summary>An excerpt with its labels.</summary>
/// <param name="Mono">Mono audio at 24 kHz, 960 samples a frame.</param>
/// <param name="Labels">Classes by label and frame, <c>[labels][frames]</c>, in the order of the task's labels;
/// -100 is not counted.</param>
public sealed record EncoderExample(float[] Mono, IReadOnlyList<int[]> Labels);
