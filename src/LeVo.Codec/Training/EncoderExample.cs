namespace LeVo.Codec.Training;

/// <summary>An excerpt with its labels.</summary>
/// <param name="Mono">Mono audio at 24 kHz, 960 samples a frame.</param>
/// <param name="Labels">Classes by label and frame, <c>[labels][frames]</c>, in the order of the task's labels;
/// -100 is not counted.</param>
internal sealed record EncoderExample(float[] Mono, IReadOnlyList<int[]> Labels);
