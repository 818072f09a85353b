using LeVo.Alignment.Whisper;
using LeVo.Testing;
using LeVo.Testing.Faults;

namespace LeVo.Listeners.Tests.Whisper;

/// <summary>Damaged Whisper models.</summary>
public sealed class WhisperFuzzTests
{
    [Fact]
    public void DamagedModels()
    {
        string path = Path.GetTempFileName();
        try
        {
            TinyWhisper.Write(path, TinyWhisper.English);
            // Without the large tensors' values damage would rarely hit anything else: the heads of the file and its end.
            byte[] whole = File.ReadAllBytes(path);
            byte[] start = whole[..(1 << 17)], end = whole[^(1 << 16)..];
            int inputs = LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000) / 50;
            Fuzzer.Run(new("whisper model", [start, end, whole[..100]], input =>
            {
                using var file = new MemoryStream(input);
                WhisperModelFile.Check(file);
            }, typeof(InvalidDataException), typeof(EndOfStreamException)), inputs, LongChecks.Count("LEVO_FUZZ_SEED", 1));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
