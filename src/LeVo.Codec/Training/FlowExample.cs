namespace LeVo.Codec.Training;

/// <summary>A stretch of a song for the flow decoder to learn.</summary>
/// <param name="Latents">Latents of the sound, <c>[latent width * frames]</c>, channel by channel.</param>
/// <param name="Vocal">Codes of the voice, <c>[frames]</c>.</param>
/// <param name="Accompaniment">Codes of the accompaniment, <c>[frames]</c>.</param>
internal sealed record FlowExample(float[] Latents, int[] Vocal, int[] Accompaniment);
