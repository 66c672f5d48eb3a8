"""Gen by the test suite that Jupyter has for kernels."""

import unittest

import jupyter_kernel_test


class GenTests(jupyter_kernel_test.KernelTests):
    kernel_name = "gen"
    language_name = "gen"
    file_extension = ".gen"
    code_hello_world = 'print("hello, world")'
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "a = [1, 2]\na", "result": "[1, 2]"},
    ]
    code_display_data = [{"code": "show(plain(8, 8))", "mime": "image/png"}]
    code_generate_error = "nonsense(1)"
    code_inspect_sample = "resize"
    code_history_pattern = "1*2*"
    supported_history_operations = ("tail", "range", "search")
    completion_samples = [
        {"text": "upsc", "matches": {"upscale"}},
        {"text": ":nam", "matches": {":names"}},
    ]
    complete_code_samples = ["1 + 1", "x = 3", 'print("a")']
    incomplete_code_samples = ["diffuse(", "a = [1,", "noise(8, 8) |>"]
    invalid_code_samples = ["1 +* 2"]


if __name__ == "__main__":
    unittest.main()
